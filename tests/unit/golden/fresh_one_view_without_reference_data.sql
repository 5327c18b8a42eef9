-- build: Make a place of its own for this share
CREATE SCHEMA FIRN_OUT.FIRN_MAIN_7 COMMENT = 'firn:main:7';

-- build: Build FLIGHTS, only rows where CARRIER is UA
CREATE SECURE VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS
COMMENT = 'firn:main:7'
AS
SELECT CARRIER,
       FLIGHT,
       ORIGIN
FROM LAKE.NYC.FLIGHTS
WHERE CARRIER IN ('UA');

-- build: Create the share, still without readers
CREATE SHARE FIRN_MAIN_7 COMMENT = 'firn:main:7';

-- build: Open the database FIRN_OUT to the share
GRANT USAGE ON DATABASE FIRN_OUT TO SHARE FIRN_MAIN_7;

-- build: Open the schema FIRN_MAIN_7 to the share
GRANT USAGE ON SCHEMA FIRN_OUT.FIRN_MAIN_7 TO SHARE FIRN_MAIN_7;

-- build: Let the share's views read LAKE
GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE FIRN_MAIN_7;

-- build: Put FLIGHTS into the share
GRANT SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS TO SHARE FIRN_MAIN_7;

-- expose: Add the account UNITED.ANALYTICS
ALTER SHARE FIRN_MAIN_7 ADD ACCOUNTS = UNITED.ANALYTICS;
