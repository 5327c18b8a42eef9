-- PROBLEM other-database: The share FIRN_MAIN_7 is bound to the database LAKE.
--   Firn shares from FIRN_OUT only; find out who changed the share.

-- shrink: Take FLIGHTS out of the share
REVOKE SELECT ON TABLE LAKE.NYC.FLIGHTS FROM SHARE FIRN_MAIN_7;

-- shrink: Take LAKE out of the share
REVOKE USAGE ON DATABASE LAKE FROM SHARE FIRN_MAIN_7;
