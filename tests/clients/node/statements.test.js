'use strict';
const assert = require('node:assert/strict');
const test = require('node:test');
const { connect, execute, rows, run } = require('./sandbox');

let connection;
test.before(async () => {
  connection = await connect();
  await run(connection, 'CREATE DATABASE NODE_STATEMENTS', 'CREATE TABLE T (N INT, S VARCHAR, D DATE)');
});
test.beforeEach(() => run(connection, 'TRUNCATE TABLE T'));

test('values bind by position', async () => {
  const [row] = await rows(connection, 'SELECT ?::INT AS N, ? AS S, ?::BOOLEAN AS B, ? AS X', [7, "it's", true, null]);
  assert.deepEqual(row, { N: 7, S: "it's", B: true, X: null });
});

test('values bind by number', async () => {
  const [row] = await rows(connection, 'SELECT :2::INT + :1::INT AS N, :1 AS S', [1, 2]);
  assert.equal(row.N, 3);
});

test('many rows bind at once', async () => {
  const binds = [
    [1, 'a', '2024-01-02'],
    [2, null, null],
    [3, 'c', '1969-12-31'],
  ];
  const { statement } = await execute(connection, 'INSERT INTO T VALUES (?, ?, ?)', { binds });
  assert.equal(statement.getNumUpdatedRows(), 3);
  const found = await rows(connection, "SELECT N, S, TO_CHAR(D, 'YYYY-MM-DD') AS D FROM T ORDER BY N");
  assert.deepEqual(found, [
    { N: 1, S: 'a', D: '2024-01-02' },
    { N: 2, S: null, D: null },
    { N: 3, S: 'c', D: '1969-12-31' },
  ]);
});

test('a missing value is refused', async () => {
  await assert.rejects(rows(connection, 'SELECT ?, ?', [1]), { code: '002049' });
});

test('changed rows are counted', async () => {
  const inserted = await execute(connection, "INSERT INTO T (N) VALUES (1), (2), (3)");
  const updated = await execute(connection, 'UPDATE T SET S = 1 WHERE N > 1');
  const deleted = await execute(connection, 'DELETE FROM T WHERE N = 1');
  const counts = [inserted, updated, deleted].map(({ statement }) => statement.getNumUpdatedRows());
  assert.deepEqual(counts, [3, 2, 1]);
  assert.deepEqual(inserted.rows, [{ 'number of rows inserted': 3 }]);
});

/** The rows of each of several statements: the driver calls back once for each result that is asked for. */
function several(sqlText, count) {
  const found = [];
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      parameters: { MULTI_STATEMENT_COUNT: count },
      complete: async (error, statement) => {
        if (error) return reject(error);
        const here = [];
        for await (const row of statement.streamRows()) here.push(row);
        found.push(here);
        return statement.hasNext() ? statement.NextResult() : resolve(found);
      },
    });
  });
}

test('several statements in one request', async () => {
  const sql = 'INSERT INTO T (N) VALUES (1), (2); SELECT COUNT(*) AS C FROM T; SELECT MAX(N) AS M FROM T;';
  const expected = [[{ 'number of rows inserted': 2 }], [{ C: 2 }], [{ M: 2 }]];
  assert.deepEqual(await several(sql, 3), expected);
  assert.deepEqual((await several(sql, 0)).length, 3);
});

test('another number of statements is refused', async () => {
  await assert.rejects(several('SELECT 1; SELECT 2', 3), { code: '000008' });
  await assert.rejects(rows(connection, 'SELECT 1; SELECT 2'), { code: '000008' });
});

test('a statement runs in the background', async () => {
  const started = await execute(connection, "SELECT COUNT(*) AS N FROM LAKE.NYC.FLIGHTS", { asyncExec: true });
  const queryId = started.statement.getQueryId();
  const statement = await connection.getResultsFromQueryId({ queryId });
  const found = [];
  for await (const row of statement.streamRows()) found.push(row);
  assert.deepEqual(found, [{ N: 6 }]);
  assert.equal(await connection.getQueryStatus(queryId), 'SUCCESS');
});

test('a failure in the background is told', async () => {
  const { statement } = await execute(connection, 'SELECT * FROM NO_SUCH_TABLE', { asyncExec: true });
  const queryId = statement.getQueryId();
  await assert.rejects(connection.getResultsFromQueryId({ queryId }), /Object 'NODE_STATEMENTS.PUBLIC.NO_SUCH_TABLE'/);
  assert.equal(connection.isAnError(await connection.getQueryStatus(queryId)), true);
});

test('a transaction is taken back', async () => {
  const other = await connect();
  await run(connection, 'BEGIN', 'INSERT INTO T (N) VALUES (1)');
  assert.deepEqual(await rows(other, 'SELECT COUNT(*) AS N FROM NODE_STATEMENTS.PUBLIC.T'), [{ N: 0 }]);
  await run(connection, 'ROLLBACK');
  assert.deepEqual(await rows(connection, 'SELECT COUNT(*) AS N FROM T'), [{ N: 0 }]);
});

test('a session without autocommit commits when it is told to', async () => {
  const careful = await connect({ database: 'NODE_STATEMENTS', schema: 'PUBLIC' });
  await run(careful, 'ALTER SESSION SET AUTOCOMMIT = FALSE', 'INSERT INTO T (N) VALUES (5)');
  assert.deepEqual(await rows(connection, 'SELECT COUNT(*) AS N FROM T'), [{ N: 0 }]);
  await run(careful, 'COMMIT');
  assert.deepEqual(await rows(connection, 'SELECT COUNT(*) AS N FROM T'), [{ N: 1 }]);
});

test('a request that is sent twice runs once', async () => {
  const requestId = '6a8d29de-0c0d-4d25-9c5e-2f5e7a1f0001';
  await execute(connection, 'INSERT INTO T (N) VALUES (9)', { requestId });
  await execute(connection, 'INSERT INTO T (N) VALUES (9)', { requestId });
  assert.deepEqual(await rows(connection, 'SELECT COUNT(*) AS N FROM T'), [{ N: 1 }]);
});

test('a running statement is cancelled', async () => {
  const statement = await new Promise((resolve) => {
    const made = connection.execute({ sqlText: 'SELECT SYSTEM$WAIT(30)', complete: (error) => resolve(error) });
    setTimeout(() => made.cancel(() => {}), 500);
  });
  assert.equal(statement.code, '000604');
});
