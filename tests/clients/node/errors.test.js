'use strict';
const assert = require('node:assert/strict');
const test = require('node:test');
const { connect, rows } = require('./sandbox');

const ERRORS = [
  ['SELEC 1', '001003', '42000', /syntax error line 1 at position 0 unexpected 'SELEC'/],
  ['SELECT * FROM NO_DB.S.T', '002003', '02000', /does not exist or not authorized/],
  ['SELECT * FROM LAKE.NYC.NO_SUCH', '002003', '42S02', /Object 'LAKE.NYC.NO_SUCH' does not exist/],
  ['SELECT NO_SUCH FROM LAKE.NYC.FLIGHTS', '000904', '42000', /invalid identifier 'NO_SUCH'/],
  ['SELECT 1 / 0', '100051', '22012', /Division by zero/],
  ['CREATE DATABASE LAKE', '002002', '42710', /Object 'LAKE' already exists/],
  ['ALTER SHARE NO_SUCH ADD ACCOUNTS = CUST.ONE', '002003', '02000', /Share 'NO_SUCH' does not exist/],
];

let connection;
test.before(async () => {
  connection = await connect();
});

for (const [sql, code, sqlState, message] of ERRORS) {
  test(`error ${code} of ${sql}`, async () => {
    await assert.rejects(rows(connection, sql), (error) => {
      assert.deepEqual([error.code, error.sqlState], [code, sqlState]);
      assert.match(error.message, message);
      assert.match(error.data.queryId, /^[0-9a-f-]{36}$/);
      return true;
    });
    assert.deepEqual(await rows(connection, 'SELECT 1 AS N'), [{ N: 1 }]);
  });
}
