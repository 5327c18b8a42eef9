-- shrink: Remove EVIL.CORP, not this customer's
ALTER SHARE FIRN_MAIN_7 REMOVE ACCOUNTS = EVIL.CORP;
