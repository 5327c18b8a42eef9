"""Every refusal of the sandbox, in one table: Snowflake's code, SQLSTATE, text, and whether a source confirms them."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """One kind of error. `confirmed` is False when no public source shows code, SQLSTATE and text together."""

    code: int
    sqlstate: str
    text: str
    confirmed: bool = True


COMPILATION = "SQL compilation error:\n"
ACCESS = "SQL access control error:\n"

REFUSALS: dict[str, Refusal] = {
    # Language
    "syntax": Refusal(
        1003, "42000", COMPILATION + "syntax error line {line} at position {position} unexpected '{token}'."
    ),
    "parse": Refusal(1003, "42000", COMPILATION + "syntax error: {detail}"),
    "unsupported": Refusal(2, "0A000", "Unsupported feature '{feature}'."),
    "identifier": Refusal(
        904, "42000", COMPILATION + "error line {line} at position {position}\ninvalid identifier '{name}'"
    ),
    "unknown_function": Refusal(2140, "42601", COMPILATION + "Unknown function {name}"),
    "function_arguments": Refusal(
        1044,
        "42P13",
        COMPILATION + "error line 0 at position -1\nInvalid argument types for function '{name}': ({types})",
    ),
    "argument_types_needed": Refusal(90208, "42601", "Argument types of function '{name}' must be specified."),
    "multi_statement": Refusal(
        8, "0A000", "Actual statement count {actual} did not match the desired statement count {wanted}."
    ),
    # https://docs.snowflake.com/en/developer-guide/sql-api/submitting-multiple-statements shows code and text.
    "multi_failed": Refusal(
        100132,
        "P0000",
        'JavaScript execution error: Uncaught Execution of multiple statements failed on statement "{sql}" (at line '
        "{line}, position {position}).\n{detail} in SYSTEM$MULTISTMT at '    throw `Execution of multiple statements "
        "failed on statement {{0}} (at line {{1}}, position {{2}}).`.replace('{{1}}', LINES[i])' position 4\n"
        "stackstrace: \nSYSTEM$MULTISTMT line: 10",
    ),
    "empty": Refusal(900, "42601", COMPILATION + "Empty SQL statement."),
    "bad_property": Refusal(1420, "22023", COMPILATION + "invalid property '{name}' for '{kind}'"),
    "bad_value": Refusal(1008, "22023", COMPILATION + "invalid value [{value}] for parameter '{name}'"),
    "internal": Refusal(370001, "XX000", "Internal error of the sandbox: {name}", confirmed=False),
    "compilation": Refusal(2000, "42601", COMPILATION + "{detail}", confirmed=False),
    "no_such_key": Refusal(
        2000,
        "42601",
        COMPILATION + "The columns that a foreign key refers to are no primary or unique key of '{name}'.",
        confirmed=False,
    ),
    "bind_missing": Refusal(2049, "42601", COMPILATION + "Bind variable {name} not set."),
    "variable_missing": Refusal(
        2211,
        "02000",
        COMPILATION + "error line {line} at position {position}\nSession variable '${name}' does not exist",
        confirmed=False,
    ),
    "variable_count": Refusal(
        2212, "42601", COMPILATION + "{wanted} variable(s) are set to {actual} value(s).", confirmed=False
    ),
    "variable_type": Refusal(
        2213, "0A000", COMPILATION + "Unsupported type {type} for session variable '{name}'.", confirmed=False
    ),
    "variable_size": Refusal(
        1,
        "22000",
        "Assignment to '{name}' not done because value exceeds size limit for variables. Its size is "
        "{actual}; the limit is {limit} (internal storage size in bytes).",
        confirmed=False,
    ),
    # The code and the state are those of what went wrong inside.
    "uncaught": Refusal(
        -20000, "P0001", "Uncaught exception of type '{name}' on line {line} at position {position}{detail}"
    ),
    "exception_number": Refusal(
        2214, "22023", COMPILATION + "Exception number {number} is not between -20999 and -20000.", confirmed=False
    ),
    "returned_columns": Refusal(
        2217, "42601", "Procedure '{name}' returns {actual} column(s), {wanted} declared.", confirmed=False
    ),
    "outside_loop": Refusal(2218, "42601", COMPILATION + "{name} is only allowed in a loop.", confirmed=False),
    "loop_bound": Refusal(2219, "22023", "The bound {text} of a FOR loop is NULL.", confirmed=False),
    "resultset_empty": Refusal(2215, "02000", "RESULTSET '{name}' has not been assigned.", confirmed=False),
    "cursor_closed": Refusal(2216, "24000", "Cursor '{name}' is not open.", confirmed=False),
    "one_row": Refusal(
        2140001, "21000", "A SELECT INTO statement expects exactly 1 returned row, but got {actual}.", confirmed=False
    ),
    "insert_columns": Refusal(
        2020, "21S01", COMPILATION + "Insert value list does not match column list expecting {wanted} but got {actual}"
    ),
    "view_expansion": Refusal(
        2037, "42601", COMPILATION + "Failure during expansion of view '{name}'.", confirmed=False
    ),
    "view_columns": Refusal(
        2057,
        "42601",
        COMPILATION + "View definition for '{name}' declared {wanted} column(s), but view query produces "
        "{actual} column(s).",
    ),
    "duplicate_column": Refusal(2025, "42S21", COMPILATION + "duplicate column name '{name}'"),
    "null_column": Refusal(100072, "22000", "NULL result in a non-nullable column"),
    # Values
    "division": Refusal(100051, "22012", "Division by zero"),
    "conversion": Refusal(100038, "22018", "{detail}"),
    "stage_url": Refusal(
        2003, "02000", COMPILATION + "Location '{url}' does not exist or not authorized.", confirmed=False
    ),
    "file_missing": Refusal(100016, "22000", "Remote file '{name}' was not found.", confirmed=False),
    "file_exists": Refusal(
        1,
        "22000",
        "Files already existing at the unload destination: {name}. Use overwrite option to force unloading.",
        confirmed=False,
    ),
    "file_encoding": Refusal(100144, "22000", "Invalid UTF8 detected in file '{file}'", confirmed=False),
    "not_parquet": Refusal(100293, "22000", "Error parsing the parquet file '{file}'", confirmed=False),
    "file_columns": Refusal(
        100080,
        "22000",
        "Number of columns in file ({actual}) does not match that of the corresponding table ({wanted}), use file "
        "format option error_on_column_count_mismatch=false to ignore this error",
    ),
    "text_length": Refusal(
        100078, "22000", "User character length limit ({limit}) exceeded by string '{value}'", confirmed=False
    ),
    "one_variant": Refusal(
        2019,
        "0A000",
        COMPILATION + "{type} file format can produce one and only one column of variant, object, or array type. Load "
        "data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation.",
        confirmed=False,
    ),
    "duplicate_row": Refusal(100090, "42P18", "Duplicate row detected during DML action"),
    "too_long": Refusal(100078, "22000", "{detail}"),
    "not_a_date": Refusal(100040, "22007", "{detail}"),
    "not_a_timestamp": Refusal(100035, "22007", "{detail}"),
    "date_format": Refusal(100096, "22007", "{detail}", confirmed=False),
    "not_json": Refusal(100069, "22P02", "{detail}"),
    "variant_cast": Refusal(100071, "22000", "{detail}"),
    "duplicate_key": Refusal(100112, "22000", "{detail}", confirmed=False),
    "invalid_cast": Refusal(
        1065,
        "22023",
        COMPILATION + "invalid type [CAST({kind} AS {wanted})] for parameter 'TO_{wanted}'",
        confirmed=False,
    ),
    "execution": Refusal(100183, "22000", "{detail}", confirmed=False),
    "conflict": Refusal(
        625,
        "57014",
        "Statement '{query}' has locked table '{name}' in another transaction and this lock has not yet been "
        "released.\nYour statement was aborted because the number of waiters for this lock exceeds the limit.",
        confirmed=False,
    ),
    "timeout": Refusal(
        630, "57014", "Statement reached its statement or warehouse timeout of {seconds} second(s) and was canceled."
    ),
    "canceled": Refusal(604, "57014", "SQL execution canceled"),
    "no_warehouse": Refusal(606, "57P03", "No active warehouse selected in the current session."),
    # Names
    "missing": Refusal(2003, "02000", COMPILATION + "{kind} '{name}' does not exist or not authorized."),
    "missing_object": Refusal(2003, "42S02", COMPILATION + "Object '{name}' does not exist or not authorized."),
    "missing_operation": Refusal(
        2043, "02000", COMPILATION + "Object does not exist, or operation cannot be performed."
    ),
    "exists": Refusal(2002, "42710", COMPILATION + "Object '{name}' already exists."),
    "object_type": Refusal(398014, "02000", "Object type or Class '{name}' does not exist or not authorized."),
    "wrong_kind": Refusal(
        2203,
        "42601",
        COMPILATION + "Object found is of type '{found}', not specified type '{wanted}'.",
        confirmed=False,
    ),
    "no_database": Refusal(
        90105,
        "22000",
        "Cannot perform {what}. This session does not have a current database. Call 'USE DATABASE', or use a "
        "qualified name.",
    ),
    "no_schema": Refusal(
        90106,
        "22000",
        "Cannot perform {what}. This session does not have a current schema. Call 'USE SCHEMA', or use a "
        "qualified name.",
    ),
    "materialized": Refusal(
        2207, "0A000", COMPILATION + "Invalid materialized view definition: {reason}.", confirmed=False
    ),
    "change_type": Refusal(
        2108, "22000", COMPILATION + "cannot change column {name} from type {old} to {new}", confirmed=False
    ),
    "last_column": Refusal(
        2204, "0A000", COMPILATION + "Cannot drop the only column of table '{name}'.", confirmed=False
    ),
    "column_used": Refusal(
        2205, "55000", COMPILATION + "Column '{name}' is used by a constraint or a policy.", confirmed=False
    ),
    "constraint_missing": Refusal(2209, "02000", COMPILATION + "Constraint '{name}' does not exist.", confirmed=False),
    "not_dropped": Refusal(
        2210, "02000", COMPILATION + "{kind} '{name}' did not exist or was purged.", confirmed=False
    ),
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


class SandboxError(Exception):
    """A refusal on its way to the client."""

    def __init__(self, key: str, code: int, sqlstate: str, text: str) -> None:
        super().__init__(text)
        self.key = key
        self.code = code
        self.sqlstate = sqlstate
        self.text = text


def fail(key: str, **values: object) -> SandboxError:
    """The error `key` with its text filled in, ready to be raised."""
    refusal = REFUSALS[key]
    return SandboxError(key, refusal.code, refusal.sqlstate, refusal.text.format(**values))
