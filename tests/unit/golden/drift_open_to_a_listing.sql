-- PROBLEM listed: The share FIRN_MAIN_7 is open to TARGETED WITHIN ORGANIZATION, which is no account. Firn shows it nothing.
--   Take the share out of the listing that somebody put it into, then reconcile.

-- shrink: Take PUNCTUALITY(VARCHAR, NUMBER) out of the share
REVOKE USAGE ON FUNCTION FIRN_OUT.FIRN_MAIN_7.PUNCTUALITY(VARCHAR, NUMBER) FROM SHARE FIRN_MAIN_7;

-- shrink: Take AIRPORTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.AIRPORTS FROM SHARE FIRN_MAIN_7;

-- shrink: Take FLIGHTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS FROM SHARE FIRN_MAIN_7;
