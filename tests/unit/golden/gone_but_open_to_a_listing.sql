-- shrink: Remove the account UNITED.ANALYTICS
ALTER SHARE FIRN_MAIN_7 REMOVE ACCOUNTS = UNITED.ANALYTICS;

-- shrink: Drop the share
DROP SHARE FIRN_MAIN_7;

-- clean: Drop PUNCTUALITY, not shared any more
DROP FUNCTION FIRN_OUT.FIRN_MAIN_7.PUNCTUALITY(VARCHAR, NUMBER);

-- clean: Drop AIRPORTS, not shared any more
DROP VIEW FIRN_OUT.FIRN_MAIN_7.AIRPORTS;

-- clean: Drop FLIGHTS, not shared any more
DROP VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS;

-- clean: Drop the share's schema
DROP SCHEMA FIRN_OUT.FIRN_MAIN_7;
