'use strict';
const assert = require('node:assert/strict');
const test = require('node:test');
const { connect, execute, rows, run } = require('./sandbox');

const DIGITS = '(SELECT COLUMN1 AS D FROM VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))';
const MANY =
  "SELECT A.D + 10 * B.D + 100 * C.D + 1000 * E.D + 10000 * F.D AS N, REPEAT('x', 20) AS S " +
  `FROM ${DIGITS} A, ${DIGITS} B, ${DIGITS} C, ${DIGITS} E, ${DIGITS} F ORDER BY N`;

let connection;
test.before(async () => {
  connection = await connect();
  await run(connection, 'CREATE DATABASE NODE_RESULTS');
});

test('values of every type, with nulls', async () => {
  await run(
    connection,
    'CREATE TABLE T (N NUMBER(38,0), D NUMBER(10,2), F FLOAT, S VARCHAR, B BOOLEAN, DAY DATE, T TIME, ' +
      'NTZ TIMESTAMP_NTZ, BIN BINARY)',
    "INSERT INTO T SELECT 7, -12.30, 1.5, 'Zürich ''x''', FALSE, '1969-12-31', '23:59:59.123456', " +
      "'2024-02-29 03:04:05.123', TO_BINARY('FF00', 'HEX')",
    'INSERT INTO T (N) VALUES (NULL)',
  );
  const [filled, empty] = await rows(connection, 'SELECT * FROM T ORDER BY N NULLS LAST');
  assert.deepEqual(
    [filled.N, filled.D, filled.F, filled.S, filled.B, filled.T],
    [7, -12.3, 1.5, "Zürich 'x'", false, '23:59:59'],
  );
  assert.equal(filled.DAY.getTime(), Date.UTC(1969, 11, 31));
  assert.equal(filled.NTZ.getTime(), Date.UTC(2024, 1, 29, 3, 4, 5, 123));
  assert.equal(filled.BIN.toString('hex'), 'ff00');
  // The driver hands out times as text, and a missing one as its text for a missing value.
  const { T: time, ...others } = empty;
  assert.deepEqual(Object.values(others), Array(8).fill(null));
  assert.equal(time, 'NULL');
});

test('semi-structured values become objects', async () => {
  const [row] = await rows(
    connection,
    `SELECT PARSE_JSON('{"a": [1, null, "x"]}') AS V, ARRAY_CONSTRUCT(1, 2) AS A, OBJECT_CONSTRUCT('k', 2) AS O`,
  );
  assert.deepEqual(row, { V: { a: [1, null, 'x'] }, A: [1, 2], O: { k: 2 } });
});

test('columns are described', async () => {
  const { statement } = await execute(connection, "SELECT 1::NUMBER(9,2) AS N, 'x'::VARCHAR(3) AS S, NULL::DATE AS D");
  const described = statement.getColumns().map((column) => [column.getName(), column.getType(), column.isNullable()]);
  assert.deepEqual(described, [
    ['N', 'fixed', true],
    ['S', 'text', true],
    ['D', 'date', true],
  ]);
  assert.equal(statement.getColumn('N').getScale(), 2);
  assert.equal(statement.getNumRows(), 1);
  assert.match(statement.getStatementId(), /^[0-9a-f-]{36}$/);
});

test('rows come as arrays when asked for', async () => {
  const { rows: found } = await execute(connection, 'SELECT 1 AS A, 2 AS A', { rowMode: 'array' });
  assert.deepEqual(found, [[1, 2]]);
});

test('numbers and dates come as text when asked for', async () => {
  const { rows: found } = await execute(connection, "SELECT 1.50::NUMBER(5,2) AS N, '2024-01-02'::DATE AS D", {
    fetchAsString: ['Number', 'Date'],
  });
  assert.deepEqual(found, [{ N: '1.50', D: '2024-01-02' }]);
});

test('a large result is whole', async () => {
  const found = await rows(connection, MANY);
  assert.equal(found.length, 100000);
  assert.deepEqual(
    found.map((row) => row.N),
    [...found.keys()],
  );
});

test('a large result streams', async () => {
  const { statement } = await execute(connection, MANY, { streamResult: true });
  let count = 0;
  let last;
  for await (const row of statement.streamRows()) {
    count += 1;
    last = row.N;
  }
  assert.deepEqual([count, last], [100000, 99999]);
});

test('part of a result streams', async () => {
  const { statement } = await execute(connection, MANY, { streamResult: true });
  const found = [];
  for await (const row of statement.streamRows({ start: 5000, end: 5002 })) found.push(row.N);
  assert.deepEqual(found, [5000, 5001, 5002]);
});

test('a result is fetched again by its statement id', async () => {
  const { statement } = await execute(connection, 'SELECT 42 AS N');
  const again = await new Promise((resolve, reject) => {
    connection.fetchResult({
      queryId: statement.getQueryId(),
      complete: (error, _, found) => (error ? reject(error) : resolve(found)),
    });
  });
  assert.deepEqual(again, [{ N: 42 }]);
});

test('two statements run at once on two connections', async () => {
  const other = await connect();
  const found = await Promise.all([rows(connection, 'SELECT 1 AS N'), rows(other, 'SELECT 2 AS N')]);
  assert.deepEqual(found, [[{ N: 1 }], [{ N: 2 }]]);
});
