-- PROBLEM share-not-ours: A share called FIRN_MAIN_7 exists that this Firn did not make (its comment is 'mine').
--   Find out whose share it is. Rename or remove it, or put the mark back, then reconcile.

-- clean: Drop PUNCTUALITY, not shared any more
DROP FUNCTION FIRN_OUT.FIRN_MAIN_7.PUNCTUALITY(VARCHAR, NUMBER);

-- clean: Drop AIRPORTS, not shared any more
DROP VIEW FIRN_OUT.FIRN_MAIN_7.AIRPORTS;

-- clean: Drop FLIGHTS, not shared any more
DROP VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS;

-- clean: Drop the share's schema
DROP SCHEMA FIRN_OUT.FIRN_MAIN_7;
