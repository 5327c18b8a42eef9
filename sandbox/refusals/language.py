"""Refusals of what a statement says: its language, its values, the names in it."""

from __future__ import annotations

from sandbox.refusals.form import COMPILATION, Refusal

LANGUAGE: dict[str, Refusal] = {
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
    "not_a_boolean": Refusal(100037, "22018", "{detail}"),
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
    "not_executing": Refusal(605, "57014", "Identified SQL statement is not currently executing.", confirmed=False),
    "incident": Refusal(
        603,
        "XX000",
        "SQL execution internal error:\nProcessing aborted by error 300010:391167117; incident {incident}.",
        confirmed=False,
    ),
    "suspended": Refusal(
        608,
        "57014",
        "Warehouse '{name}' was suspended immediate by resource monitor '{monitor}', statement aborted.",
        confirmed=False,
    ),
    "quota": Refusal(
        90073,
        "22000",
        "Warehouse '{name}' cannot be resumed because resource monitor '{monitor}' has exceeded its quota.",
        confirmed=False,
    ),
    # From logs of other projects: github.com/snowflakedb/snowflake-jdbc/issues/1021.
    "show_too_many": Refusal(
        90153,
        "22000",
        "The result set size exceeded the max number of rows({most}) supported for SHOW statements. Use LIMIT option "
        "to limit result set to a smaller number.",
    ),
    "stage_file": Refusal(253003, "02000", "File '{name}' does not exist.", confirmed=False),
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
}
