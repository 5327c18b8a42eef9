'use strict';
// A sandbox for the tests of one file, and the driver's callbacks as promises.
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');
const path = require('node:path');
const { after } = require('node:test');
const snowflake = require('snowflake-sdk');

snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });

const ROOT = path.resolve(__dirname, '..', '..', '..');
const sandbox = { connections: [] };

async function start() {
  sandbox.process = spawn(process.env.SANDBOX_PYTHON, ['-m', 'tests.clients.serve'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: sandbox.process.stdout });
  Object.assign(sandbox, JSON.parse((await lines[Symbol.asyncIterator]().next()).value));
  return sandbox;
}
const started = start();

after(async () => {
  await Promise.all(sandbox.connections.map(disconnected));
  const ended = new Promise((resolve) => sandbox.process.once('exit', resolve));
  sandbox.process.stdin.end();
  await ended;
});

function disconnected(connection) {
  return new Promise((resolve) => connection.destroy(() => resolve()));
}

function options(more = {}) {
  return {
    accessUrl: `http://127.0.0.1:${sandbox.port}`,
    account: 'ACME-DATA',
    username: 'ADMIN',
    password: sandbox.password,
    ...more,
  };
}

async function connect(more) {
  await started;
  const connection = snowflake.createConnection(options(more));
  return new Promise((resolve, reject) => {
    connection.connect((error, made) => {
      if (error) return reject(error);
      sandbox.connections.push(made);
      return resolve(made);
    });
  });
}

/** Runs one statement: {statement, rows}. */
function execute(connection, sqlText, more = {}) {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      ...more,
      complete: (error, statement, rows) => (error ? reject(error) : resolve({ statement, rows })),
    });
  });
}

async function rows(connection, sqlText, binds) {
  return (await execute(connection, sqlText, { binds })).rows;
}

async function run(connection, ...statements) {
  for (const sqlText of statements) await execute(connection, sqlText);
}

module.exports = { started, sandbox, snowflake, options, connect, execute, rows, run };
