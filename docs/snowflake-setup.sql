-- Prepare one provider account for Firn. Run it once per account, as ACCOUNTADMIN.
-- It can be run again: nothing here replaces or drops anything. Part 5 is for you to decide.
-- `manage.py snowflake setup` prints it with other names.
-- Change what is marked with <<: your data's database and schema, Firn's public key, limits if wanted.

USE ROLE ACCOUNTADMIN;

-- 1. A role that can share what it was given, and nothing else.
CREATE ROLE IF NOT EXISTS FIRN COMMENT = 'Firn: provisions and checks data shares';
GRANT CREATE SHARE ON ACCOUNT TO ROLE FIRN;
GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE FIRN;
GRANT IMPORT SHARE ON ACCOUNT TO ROLE FIRN;

-- 2. A small warehouse for the leak test and the row counts. SHOW and GRANT need none.
CREATE WAREHOUSE IF NOT EXISTS FIRN_WH WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE;
GRANT USAGE ON WAREHOUSE FIRN_WH TO ROLE FIRN;
-- CREATE RESOURCE MONITOR IF NOT EXISTS FIRN_LIMIT WITH CREDIT_QUOTA = 50 FREQUENCY = MONTHLY START_TIMESTAMP = IMMEDIATELY
--   TRIGGERS ON 80 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND;
-- ALTER WAREHOUSE FIRN_WH SET RESOURCE_MONITOR = FIRN_LIMIT;

-- 3. The database in which every share gets a schema of its own. Firn owns it.
CREATE DATABASE IF NOT EXISTS FIRN_OUT COMMENT = 'firn';
GRANT OWNERSHIP ON DATABASE FIRN_OUT TO ROLE FIRN COPY CURRENT GRANTS;

-- 4. Read access to what may be shared, with the right to pass it on to a share; functions to be imported.
GRANT USAGE ON DATABASE LAKE TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT USAGE ON SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT SELECT ON ALL TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT SELECT ON ALL VIEWS IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT SELECT ON ALL DYNAMIC TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT SELECT ON ALL EXTERNAL TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
GRANT USAGE ON ALL FUNCTIONS IN SCHEMA LAKE.NYC TO ROLE FIRN;  -- << yours

-- 5. The same for what is made later. A table that is built anew, as dbt does it, has no grants but these.
--    They are between dashes because they can hurt others: where anybody has grants on future objects of the whole
--    database, Snowflake ignores those in a schema that has its own for the same kind, and their role reads no new
--    table there any more. Take the dashes away where SHOW lists none of the database; where it does, write
--    IN DATABASE instead of IN SCHEMA, or grant again after each rebuild. `manage.py snowflake check` says what
--    lacks.
SHOW FUTURE GRANTS IN DATABASE LAKE;  -- << yours
-- GRANT SELECT ON FUTURE TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
-- GRANT SELECT ON FUTURE VIEWS IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
-- GRANT SELECT ON FUTURE DYNAMIC TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
-- GRANT SELECT ON FUTURE EXTERNAL TABLES IN SCHEMA LAKE.NYC TO ROLE FIRN WITH GRANT OPTION;  -- << yours
-- GRANT USAGE ON FUTURE FUNCTIONS IN SCHEMA LAKE.NYC TO ROLE FIRN;  -- << yours

-- 6. The account's own history of grants: what somebody else granted or took away is noticed sooner with
--    it. Firn works without.
GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE FIRN;

-- 7. A service user that signs in with a key pair; it has no password. The last grant lets
--    `manage.py snowflake rotate-key` change its key; without it an administrator does.
CREATE USER IF NOT EXISTS FIRN_SVC TYPE = SERVICE DEFAULT_ROLE = FIRN DEFAULT_WAREHOUSE = FIRN_WH
  COMMENT = 'Firn';
GRANT ROLE FIRN TO USER FIRN_SVC;
GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER FIRN_SVC TO ROLE FIRN;
-- ALTER USER FIRN_SVC SET RSA_PUBLIC_KEY = 'MIIB…';  -- << the text of firn.pub
-- CREATE NETWORK POLICY IF NOT EXISTS FIRN_ONLY ALLOWED_IP_LIST = ('203.0.113.7') COMMENT = 'Where Firn runs';  -- << where Firn runs
-- ALTER USER FIRN_SVC SET NETWORK_POLICY = FIRN_ONLY;

-- 8. What lets a share in one database show another. It stands last because an older account refuses it
--    to any role (“can only be granted to share(s)”): there part 4 is enough.
GRANT REFERENCE_USAGE ON DATABASE LAKE TO ROLE FIRN WITH GRANT OPTION;  -- << yours
