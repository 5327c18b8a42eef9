-- PROBLEM account-not-proved: UNITED.ANALYTICS is in the share FIRN_MAIN_7, but nobody has proved whose account it is. Firn shows it nothing.
--   Prove the account or answer for it by name; or find out who added it and remove it.

-- shrink: Take PUNCTUALITY(VARCHAR, NUMBER) out of the share
REVOKE USAGE ON FUNCTION FIRN_OUT.FIRN_MAIN_7.PUNCTUALITY(VARCHAR, NUMBER) FROM SHARE FIRN_MAIN_7;

-- shrink: Take AIRPORTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.AIRPORTS FROM SHARE FIRN_MAIN_7;

-- shrink: Take FLIGHTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS FROM SHARE FIRN_MAIN_7;
