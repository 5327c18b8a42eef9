'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { connect, options, rows, sandbox, snowflake, started } = require('./sandbox');

test.before(() => started);

const WHO = 'SELECT CURRENT_ACCOUNT_NAME() AS A, CURRENT_USER() AS U, CURRENT_ROLE() AS R';

test('a password opens a session of the account', async () => {
  const connection = await connect();
  assert.deepEqual(await rows(connection, WHO), [{ A: 'DATA', U: 'ADMIN', R: 'ACCOUNTADMIN' }]);
  assert.equal(connection.isUp(), true);
  assert.equal(await connection.isValidAsync(), true);
});

test('a key pair from a file opens a session', async () => {
  const key = { authenticator: 'SNOWFLAKE_JWT', privateKeyPath: path.join(sandbox.folder, 'svc.pem') };
  const connection = await connect({ username: 'SVC', password: undefined, ...key });
  assert.deepEqual(await rows(connection, WHO), [{ A: 'DATA', U: 'SVC', R: 'SHARER' }]);
});

test('a key pair given as text opens a session through connectAsync', async () => {
  const privateKey = fs.readFileSync(path.join(sandbox.folder, 'svc.pem'), 'utf8');
  const given = { username: 'SVC', password: undefined, authenticator: 'SNOWFLAKE_JWT', privateKey };
  const connection = await snowflake.createConnection(options(given)).connectAsync();
  sandbox.connections.push(connection);
  assert.deepEqual(await rows(connection, WHO), [{ A: 'DATA', U: 'SVC', R: 'SHARER' }]);
});

test('another key is refused', async () => {
  const key = { authenticator: 'SNOWFLAKE_JWT', privateKeyPath: path.join(sandbox.folder, 'other.pem') };
  await assert.rejects(connect({ username: 'SVC', password: undefined, ...key }), { code: '390144' });
});

test('a wrong password is refused', async () => {
  await assert.rejects(connect({ password: 'wrong' }), { code: '390100' });
});

test('role, database, schema and warehouse are taken at login', async () => {
  const connection = await connect({ role: 'ACCOUNTADMIN', database: 'LAKE', schema: 'NYC', warehouse: 'WH' });
  const sql = 'SELECT CURRENT_DATABASE() AS D, CURRENT_SCHEMA() AS S, CURRENT_WAREHOUSE() AS W';
  assert.deepEqual(await rows(connection, sql), [{ D: 'LAKE', S: 'NYC', W: 'WH' }]);
  assert.deepEqual(await rows(connection, 'SELECT COUNT(*) AS N FROM FLIGHTS'), [{ N: 6 }]);
});

test('a role that was not granted is refused', async () => {
  const key = { authenticator: 'SNOWFLAKE_JWT', privateKeyPath: path.join(sandbox.folder, 'svc.pem') };
  const wanted = { username: 'SVC', password: undefined, role: 'ACCOUNTADMIN', ...key };
  await assert.rejects(connect(wanted), { code: '390189' });
});

test('a session that is kept alive goes on after heartbeats', async () => {
  const connection = await connect({ clientSessionKeepAlive: true, clientSessionKeepAliveHeartbeatFrequency: 900 });
  const beat = await new Promise((resolve, reject) => {
    connection.heartbeat((error, answer) => (error ? reject(error) : resolve(answer)));
  });
  assert.equal(beat.success, true);
  assert.deepEqual(await rows(connection, 'SELECT 1 AS N'), [{ N: 1 }]);
});

test('a session can be taken up again by its tokens', async () => {
  const connection = await connect();
  await rows(connection, 'USE SCHEMA LAKE.NYC');
  const text = snowflake.serializeConnection(connection);
  const again = snowflake.deserializeConnection(options(), text);
  assert.deepEqual(await rows(again, 'SELECT CURRENT_SCHEMA() AS S'), [{ S: 'NYC' }]);
});

test('a destroyed connection runs nothing more', async () => {
  const connection = await connect();
  await new Promise((resolve) => connection.destroy(resolve));
  sandbox.connections.splice(sandbox.connections.indexOf(connection), 1);
  assert.equal(connection.isUp(), false);
  await assert.rejects(rows(connection, 'SELECT 1'), { code: 407002 });
});
