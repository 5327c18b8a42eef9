-- PROBLEM nothing-to-share: The granted datasets have no object that could be shared with this customer.
--   Add objects with columns to the datasets in the catalog, then reconcile.

-- shrink: Take PUNCTUALITY(VARCHAR, NUMBER) out of the share
REVOKE USAGE ON FUNCTION FIRN_OUT.FIRN_MAIN_7.PUNCTUALITY(VARCHAR, NUMBER) FROM SHARE FIRN_MAIN_7;

-- shrink: Take AIRPORTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.AIRPORTS FROM SHARE FIRN_MAIN_7;

-- shrink: Take FLIGHTS out of the share
REVOKE SELECT ON VIEW FIRN_OUT.FIRN_MAIN_7.FLIGHTS FROM SHARE FIRN_MAIN_7;
