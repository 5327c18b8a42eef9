"""Refusals of what the account does not allow: policies, rights, accounts, shares."""

from __future__ import annotations

from sandbox.refusals.form import ACCESS, COMPILATION, Refusal

RULES: dict[str, Refusal] = {
    # Policies and tags
    "tag_value": Refusal(
        391801,
        "0A000",
        "Tag value {value} is not allowed for tag: '{name}'. Please contact your administrator for allowed values.",
        confirmed=False,
    ),
    "tag_values": Refusal(391802, "22023", COMPILATION + "A tag has at most {most} allowed values.", confirmed=False),
    "policy_used": Refusal(
        3733,
        "55000",
        COMPILATION + "Policy {name} cannot be dropped/replaced as it is associated with one or more entities.",
        confirmed=False,
    ),
    "policy_type": Refusal(
        3731, "22023", COMPILATION + "Policy must return {wanted}, not {returned}.", confirmed=False
    ),
    "policy_arguments": Refusal(
        3732,
        "22023",
        COMPILATION + "Number or types of the columns do not match the arguments of policy '{name}'.",
        confirmed=False,
    ),
    "policy_not_on": Refusal(
        3734, "02000", COMPILATION + "Policy '{name}' is not on {kind} '{thing}'.", confirmed=False
    ),
    "row_policy_taken": Refusal(
        3735, "55000", COMPILATION + "{kind} '{name}' has a row access policy already.", confirmed=False
    ),
    "masking_taken": Refusal(
        3736,
        "55000",
        COMPILATION + "Specified column already attached to another masking policy: '{name}'.",
        confirmed=False,
    ),
    # Rights
    "privileges": Refusal(3001, "42501", ACCESS + "Insufficient privileges to operate on {kind} '{name}'"),
    "role_not_granted": Refusal(
        3013,
        "42501",
        ACCESS + "Requested role '{name}' is not assigned to the executing user. Specify another role to activate.",
    ),
    "role_restricted": Refusal(
        3012, "42501", ACCESS + "Role '{name}' cannot be used: the session's token is restricted.", confirmed=False
    ),
    "token_by_token": Refusal(
        394401,
        "42501",
        "A session opened by a programmatic access token may not change such tokens.",
        confirmed=False,
    ),
    "token_role": Refusal(
        394402, "22023", "ROLE_RESTRICTION is required for a token of service user '{name}'.", confirmed=False
    ),
    "tokens_full": Refusal(
        394403, "22023", "User '{name}' already has {limit} programmatic access tokens.", confirmed=False
    ),
    "grant_partial": Refusal(3011, "42501", "Grant partially executed: privileges [{names}] not granted."),
    "grant_not_executed": Refusal(3102, "42501", "Grant not executed: Insufficient privileges."),
    "dependent_grant": Refusal(
        3036,
        "42501",
        ACCESS + "Dependent grant of privilege '{privilege}' on securable '{name}' to role '{grantee}' exists. It must "
        "be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them.",
        confirmed=False,
    ),
    "role_cycle": Refusal(
        3003,
        "42501",
        ACCESS + "Role '{name}' cannot be granted to '{grantee}': it would inherit itself.",
        confirmed=False,
    ),
    "database_role_elsewhere": Refusal(
        3040,
        "0A000",
        COMPILATION + "Database role '{name}' can have to do with its own database only.",
        confirmed=False,
    ),
    "role_content": Refusal(
        3041,
        "0A000",
        "Cannot share a database role that is granted privilege '{privilege}' on {kind} '{name}'{why}",
        confirmed=False,
    ),
    "shared_role_future": Refusal(
        3042, "0A000", "Cannot share a database role with future grants to it.", confirmed=False
    ),
    "future_shared_role": Refusal(
        3043, "0A000", "Cannot grant future grants to a database role that is granted to a share.", confirmed=False
    ),
    "future_share": Refusal(
        3044, "0A000", COMPILATION + "Future grants to a share are not supported.", confirmed=False
    ),
    # Accounts
    "account_name": Refusal(
        90348,
        "42602",
        "Account name or alias is invalid: ({name}) can only contain capital letters, numbers, and underscores",
    ),
    "admin_characters": Refusal(90088, "22000", "ADMIN_NAME can only contain letters, numbers and underscores."),
    "admin_start": Refusal(90089, "22000", "ADMIN_NAME must start with a letter."),
    "too_many_readers": Refusal(
        90337, "23001", "Number of managed accounts allowed exceeded the limit. Please contact Snowflake support"
    ),
    "missing_property": Refusal(2029, "22023", COMPILATION + "Missing option(s): [{name}].", confirmed=False),
    "reader_forbidden": Refusal(2, "0A000", "Unsupported feature '{what}' in a reader account.", confirmed=False),
    # Shares
    "share_database": Refusal(
        3033, "0A000", COMPILATION + "Database '{name}' does not belong to the database that is being shared."
    ),
    "reference_first": Refusal(
        500130,
        "22000",
        "Cannot grant REFERENCE_USAGE on database {name} to share {share}. Grant USAGE on a database to share "
        "prior to granting REFERENCE_USAGE.",
    ),
    "too_many_accounts": Refusal(
        3517, "0A000", COMPILATION + "Cannot add or remove more than 10 accounts to a share at once."
    ),
    "accounts_refused": Refusal(
        3516, "22023", COMPILATION + "Following accounts cannot be added to this share: {names}.", confirmed=False
    ),
    "edition": Refusal(
        3518,
        "22023",
        "SQL execution error: Sharing is not allowed from an account on BUSINESS CRITICAL edition to an account "
        "on a lower edition. The following account(s) are on editions lower than BUSINESS CRITICAL: {names}. You can "
        "override this check for this share by using the OVERRIDE SHARE RESTRICTIONS privilege and the "
        "SHARE_RESTRICTIONS flag.",
        confirmed=False,
    ),
    "share_empty": Refusal(
        3519, "55000", COMPILATION + "Share '{name}' does not currently have a database.", confirmed=False
    ),
    "share_schema": Refusal(
        3521,
        "55000",
        COMPILATION + "Schema '{name}' is not granted to share '{share}'. Grant USAGE on it first.",
        confirmed=False,
    ),
    "reshare": Refusal(3522, "0A000", COMPILATION + "Imported objects cannot be granted to a share.", confirmed=False),
    "not_secure": Refusal(
        90838,
        "22000",
        'Non-secure object can only be granted to shares with "secure_objects_only" property set to false.',
        confirmed=False,
    ),
    "share_reference": Refusal(
        3032,
        "0A000",
        COMPILATION + "A view or function being shared cannot reference objects from other databases.",
        confirmed=False,
    ),
    "database_shared": Refusal(
        3037,
        "55000",
        COMPILATION + "Database '{name}' cannot be dropped. It is still shared by {count} shares, including "
        "shares '{share}'.",
        confirmed=False,
    ),
    "mount_broken": Refusal(
        3030,
        "02000",
        COMPILATION + "Shared database is no longer available for use. It will need to be re-created if and when "
        "the publisher makes it available again.",
    ),
    "imported_only": Refusal(
        3035,
        "0A000",
        COMPILATION + "Granting individual privileges on imported databases is not allowed. Use 'GRANT IMPORTED "
        "PRIVILEGES' instead.",
        confirmed=False,
    ),
    "dependent_grants": Refusal(
        3036,
        "42501",
        ACCESS + "Dependent grant of privilege exists. It must be revoked first. More than one dependent grant may "
        "exist: use 'SHOW GRANTS' command to view them. To revoke all dependent grants while transferring object "
        "ownership, use convenience command 'GRANT OWNERSHIP ON <target_objects> TO <target_role> "
        "REVOKE CURRENT GRANTS'.",
        confirmed=False,
    ),
    "mounted_already": Refusal(
        3034, "55000", COMPILATION + "Share '{name}' is already imported as database '{database}'.", confirmed=False
    ),
    "read_only": Refusal(
        3038, "0A000", COMPILATION + "Operation is not supported on the shared database '{name}'.", confirmed=False
    ),
    "secure_only_stays": Refusal(
        3520,
        "22023",
        COMPILATION + "Property SECURE_OBJECTS_ONLY cannot be set to TRUE once it was FALSE.",
        confirmed=False,
    ),
}
