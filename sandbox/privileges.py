"""Which privileges each kind of object has.

Names: docs.snowflake.com/en/user-guide/security-access-control-privileges, and `pkg/sdk/privileges.go` of the Terraform
provider. A name that is not here is refused, as Snowflake does.
"""

from __future__ import annotations

GLOBAL = [
    *["CREATE " + kind for kind in (
        "ACCOUNT", "API INTEGRATION", "APPLICATION", "APPLICATION PACKAGE", "COMPUTE POOL", "CREDENTIAL",
        "DATA EXCHANGE LISTING", "DATABASE", "EXTERNAL VOLUME", "FAILOVER GROUP", "INTEGRATION", "LISTING",
        "NETWORK POLICY", "ORGANIZATION LISTING", "REPLICATION GROUP", "ROLE", "SHARE", "USER", "WAREHOUSE",
    )],
    *["APPLY " + kind for kind in (
        "AGGREGATION POLICY", "AUTHENTICATION POLICY", "MASKING POLICY", "PACKAGES POLICY", "PASSWORD POLICY",
        "PROJECTION POLICY", "ROW ACCESS POLICY", "SESSION POLICY", "TAG",
    )],
    *["EXECUTE " + kind for kind in ("ALERT", "DATA METRIC FUNCTION", "MANAGED ALERT", "MANAGED TASK", "TASK")],
    *["MANAGE " + kind for kind in (
        "ACCOUNT SUPPORT CASES", "EVENT SHARING", "GRANTS", "LISTING AUTO FULFILLMENT", "ORGANIZATION SUPPORT CASES",
        "POLARIS CONNECTIONS", "SHARE TARGET", "USER SUPPORT CASES", "WAREHOUSES",
    )],
    *["MODIFY " + kind for kind in ("LOG LEVEL", "SESSION LOG LEVEL", "SESSION TRACE LEVEL", "TRACE LEVEL")],
    *["MONITOR", "MONITOR EXECUTION", "MONITOR SECURITY", "MONITOR USAGE"],
    *["ATTACH POLICY", "AUDIT", "BIND SERVICE ENDPOINT", "IMPORT LISTING", "IMPORT SHARE"],
    *["OVERRIDE SHARE RESTRICTIONS", "PURCHASE DATA EXCHANGE LISTING", "RESOLVE ALL"],
]  # fmt: skip
_SCHEMA = [
    *["USAGE", "MODIFY", "MONITOR", "ADD SEARCH OPTIMIZATION", "APPLYBUDGET"],
    *["CREATE " + kind for kind in (
        "AGGREGATION POLICY", "ALERT", "AUTHENTICATION POLICY", "CORTEX SEARCH SERVICE", "DATASET", "DYNAMIC TABLE",
        "EVENT TABLE", "EXTERNAL TABLE", "FILE FORMAT", "FUNCTION", "GIT REPOSITORY", "HYBRID TABLE", "ICEBERG TABLE",
        "IMAGE REPOSITORY", "MASKING POLICY", "MATERIALIZED VIEW", "MODEL", "NETWORK RULE", "NOTEBOOK",
        "PACKAGES POLICY", "PASSWORD POLICY", "PIPE", "PROCEDURE", "PROJECTION POLICY", "ROW ACCESS POLICY", "SECRET",
        "SEMANTIC VIEW", "SEQUENCE", "SERVICE", "SESSION POLICY", "SNAPSHOT", "STAGE", "STREAM", "STREAMLIT", "TABLE",
        "TAG", "TASK", "TEMPORARY TABLE", "VIEW",
    )],
]  # fmt: skip
_TABLE = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "EVOLVE SCHEMA", "APPLYBUDGET"]
# Privileges that a role can hold, by kind. ALL stands for all of them.
PRIVILEGES: dict[str, list[str]] = {
    "ACCOUNT": GLOBAL,
    "DATABASE": [
        *["USAGE", "CREATE SCHEMA", "CREATE DATABASE ROLE", "MODIFY", "MONITOR", "APPLYBUDGET"],
        *("IMPORTED PRIVILEGES", "REFERENCE_USAGE"),
    ],
    "SCHEMA": _SCHEMA,
    "TABLE": _TABLE,
    "VIEW": ["SELECT", "REFERENCES"],
    "MATERIALIZED VIEW": ["SELECT", "REFERENCES", "APPLYBUDGET"],
    "DYNAMIC TABLE": ["SELECT", "MONITOR", "OPERATE"],
    "EXTERNAL TABLE": ["SELECT", "REFERENCES"],
    "ICEBERG TABLE": _TABLE,
    "HYBRID TABLE": _TABLE,
    "EVENT TABLE": ["SELECT", "INSERT", "DELETE", "TRUNCATE", "REFERENCES"],
    "SEMANTIC VIEW": ["SELECT", "REFERENCES"],
    "FUNCTION": ["USAGE"],
    "PROCEDURE": ["USAGE"],
    "SEQUENCE": ["USAGE"],
    "FILE FORMAT": ["USAGE"],
    "STAGE": ["USAGE", "READ", "WRITE"],
    "STREAM": ["SELECT"],
    "ALERT": ["MONITOR", "OPERATE"],
    "SECRET": ["USAGE", "READ"],
    "TASK": ["MONITOR", "OPERATE", "APPLYBUDGET"],
    "PIPE": ["MONITOR", "OPERATE", "APPLYBUDGET"],
    "TAG": ["APPLY", "READ"],
    "ROW ACCESS POLICY": ["APPLY"],
    "MASKING POLICY": ["APPLY"],
    "WAREHOUSE": ["USAGE", "OPERATE", "MODIFY", "MONITOR", "APPLYBUDGET"],
    "USER": ["MONITOR", "MODIFY PROGRAMMATIC AUTHENTICATION METHODS"],
}
# What ALL leaves out. REFERENCE_USAGE: docs.snowflake.com/en/release-notes/bcr-bundles/2023_02/bcr-944, which refused
# it to any role; the newer docs.snowflake.com/en/user-guide/cleanrooms, "Data offerings", has a role get it by name.
NOT_IN_ALL = {"IMPORTED PRIVILEGES", "REFERENCE_USAGE"}
# Kinds whose ownership alone can be granted: their other rights are membership.
OWNED_ONLY = {"ROLE", "DATABASE ROLE"}
# What GRANT … ON ALL and ON FUTURE call them.
PLURALS = {
    **{kind + "S": kind for kind in PRIVILEGES if kind not in ("ACCOUNT", "WAREHOUSE", "USER", "DATABASE")},
    "ROW ACCESS POLICIES": "ROW ACCESS POLICY",
    "MASKING POLICIES": "MASKING POLICY",
}
# What a share can be given (docs.snowflake.com/en/sql-reference/sql/grant-privilege-share).
TO_SHARE: dict[str, set[str]] = {
    "DATABASE": {"USAGE", "REFERENCE_USAGE"},
    "SCHEMA": {"USAGE"},
    "TABLE": {"SELECT"},
    "VIEW": {"SELECT"},
    "MATERIALIZED VIEW": {"SELECT"},
    "DYNAMIC TABLE": {"SELECT"},
    "EXTERNAL TABLE": {"SELECT"},
    "ICEBERG TABLE": {"SELECT"},
    "FUNCTION": {"USAGE"},
    "TAG": {"READ"},
}
# What a database role in a share may hold: reading, nothing else.
READ_ONLY = {"USAGE", "SELECT", "REFERENCES", "READ", "MONITOR"}

SYSTEM_ROLES: dict[str, list[str]] = {
    "ACCOUNTADMIN": GLOBAL,
    "SECURITYADMIN": ["MANAGE GRANTS", "CREATE ROLE", "CREATE USER"],
    "USERADMIN": ["CREATE ROLE", "CREATE USER"],
    "SYSADMIN": ["CREATE DATABASE", "CREATE WAREHOUSE"],
    "PUBLIC": [],
    "ORGADMIN": [],
}
INHERITS = [("ACCOUNTADMIN", "SECURITYADMIN"), ("ACCOUNTADMIN", "SYSADMIN"), ("SECURITYADMIN", "USERADMIN")]


def words_of(kind: str) -> str:
    """A kind as SHOW GRANTS prints it: `DATABASE ROLE` is DATABASE_ROLE there."""
    return kind.replace(" ", "_")


def longest(words: list[str], known: dict[str, object] | set[str]) -> str | None:
    """The longest of the first three, two or one words that is known."""
    for count in (3, 2, 1):
        if " ".join(words[:count]) in known:
            return " ".join(words[:count])
    return None
