'use strict';
const assert = require('node:assert/strict');
const test = require('node:test');
const { connect, rows, run } = require('./sandbox');

let provider;
let customer;
test.before(async () => {
  provider = await connect();
  customer = await connect({ account: 'CUST-ONE' });
  await run(
    provider,
    'CREATE DATABASE NODE_OUT',
    "CREATE SECURE VIEW NODE_OUT.PUBLIC.FLIGHTS AS SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'",
    "CREATE SHARE NODE_SHARE COMMENT = 'through Node'",
    'GRANT USAGE ON DATABASE NODE_OUT TO SHARE NODE_SHARE',
    'GRANT USAGE ON SCHEMA NODE_OUT.PUBLIC TO SHARE NODE_SHARE',
    'GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE NODE_SHARE',
    'GRANT SELECT ON VIEW NODE_OUT.PUBLIC.FLIGHTS TO SHARE NODE_SHARE',
    'ALTER SHARE NODE_SHARE ADD ACCOUNTS = CUST.ONE',
  );
});

test('a share is mounted, read, and taken away again', async () => {
  const [shown] = await rows(customer, "SHOW SHARES LIKE 'NODE_SHARE'");
  assert.deepEqual([shown.kind, shown.owner_account, shown.name], ['INBOUND', 'ACME.DATA', 'NODE_SHARE']);
  await run(customer, 'CREATE DATABASE NODE_IN FROM SHARE ACME.DATA.NODE_SHARE');
  const read = 'SELECT CARRIER, COUNT(*) AS N FROM NODE_IN.PUBLIC.FLIGHTS GROUP BY 1';
  assert.deepEqual(await rows(customer, read), [{ CARRIER: 'UA', N: 3 }]);
  await run(provider, 'ALTER SHARE NODE_SHARE REMOVE ACCOUNTS = CUST.ONE');
  await assert.rejects(rows(customer, read), { code: '003030' });
});

test('the provider sees what it shares', async () => {
  const [shown] = await rows(provider, "SHOW SHARES LIKE 'NODE_SHARE'");
  assert.deepEqual([shown.kind, shown.database_name, shown.comment], ['OUTBOUND', 'NODE_OUT', 'through Node']);
  const granted = await rows(provider, 'SHOW GRANTS TO SHARE NODE_SHARE');
  assert.deepEqual(new Set(granted.map((grant) => `${grant.privilege} ${grant.granted_on} ${grant.name}`)), new Set([
    'USAGE DATABASE NODE_OUT',
    'USAGE SCHEMA NODE_OUT.PUBLIC',
    'SELECT VIEW NODE_OUT.PUBLIC.FLIGHTS',
  ]));
});

test('another customer sees and mounts nothing', async () => {
  const stranger = await connect({ account: 'EVIL-LAB' });
  assert.deepEqual(await rows(stranger, "SHOW SHARES LIKE 'NODE_SHARE'"), []);
  await assert.rejects(rows(stranger, 'CREATE DATABASE X FROM SHARE ACME.DATA.NODE_SHARE'), { code: '002003' });
});
