"""Tags, and the functions that tell what tags and policies are on."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Open


def test_a_tag_has_allowed_values(admin: Client, database: str) -> None:
    admin.run("CREATE TAG T ALLOWED_VALUES 'low', 'high' COMMENT = 'c'", "CREATE TABLE X (A INT)")
    (row,) = admin.table("SHOW TAGS")
    assert list(row) == [
        *["created_on", "name", "database_name", "schema_name", "owner", "comment", "allowed_values"],
        "owner_role_type",
    ]
    assert (row["name"], row["comment"], row["allowed_values"]) == ("T", "c", '["low","high"]')
    admin.refused("ALTER TABLE X SET TAG T = 'middle'", 391801)
    admin.run("ALTER TAG T ADD ALLOWED_VALUES 'middle'", "ALTER TABLE X SET TAG T = 'middle'")
    admin.run("ALTER TAG T UNSET ALLOWED_VALUES", "ALTER TABLE X SET TAG T = 'anything'")
    assert admin.one("SELECT SYSTEM$GET_TAG('T', 'X', 'TABLE')") == "anything"


def test_tags_are_taken_over_from_above(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TAG T",
        "CREATE TABLE X (A INT, B INT)",
        f"ALTER DATABASE {database} SET TAG T = 'database'",
        "ALTER TABLE X SET TAG T = 'table'",
        "ALTER TABLE X MODIFY COLUMN A SET TAG T = 'column'",
    )
    values = {
        name: admin.one(f"SELECT SYSTEM$GET_TAG('{database}.PUBLIC.T', '{name}', '{domain}')")
        for name, domain in (("X.A", "COLUMN"), ("X.B", "COLUMN"), ("X", "TABLE"), ("PUBLIC", "SCHEMA"))
    }
    assert values == {"X.A": "column", "X.B": "table", "X": "table", "PUBLIC": "database"}
    admin.run("ALTER TABLE X UNSET TAG T")
    assert admin.one("SELECT SYSTEM$GET_TAG('T', 'X', 'TABLE')") == "database"
    admin.run(f"ALTER DATABASE {database} UNSET TAG T")
    assert admin.one("SELECT SYSTEM$GET_TAG('T', 'X', 'TABLE')") is None


def test_references_of_a_column(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TAG T",
        "CREATE TAG U",
        "CREATE TABLE X (A INT)",
        "ALTER TABLE X SET TAG U = 'u'",
        "ALTER TABLE X ALTER COLUMN A SET TAG T = 't'",
    )
    wanted = [("T", "t", "MANUAL", "COLUMN", "A"), ("U", "u", "INHERITED", "TABLE", "A")]
    columns = "TAG_NAME, TAG_VALUE, APPLY_METHOD, LEVEL, COLUMN_NAME"
    schema = f"{database}.INFORMATION_SCHEMA"
    one = f"SELECT {columns} FROM TABLE({schema}.TAG_REFERENCES('X.A', 'COLUMN')) ORDER BY 1"
    assert admin.rows(one) == wanted
    every = f"SELECT {columns} FROM TABLE(INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('X', 'TABLE')) ORDER BY 1"
    assert admin.rows(every) == wanted


def test_everything_can_carry_a_tag(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TAG T",
        "CREATE SECURE VIEW V AS SELECT 1 AS A",
        f"CREATE SHARE SH_{database}",
        f"CREATE ROLE R_{database}",
        f"CREATE WAREHOUSE W_{database}",
        "ALTER VIEW V SET TAG T = 'v'",
        f"ALTER SHARE SH_{database} SET TAG T = 's'",
        f"ALTER ROLE R_{database} SET TAG T = 'r'",
        f"ALTER WAREHOUSE W_{database} SET TAG T = 'w'",
        "ALTER SCHEMA PUBLIC SET TAG T = 'p'",
    )
    found = [
        admin.one(f"SELECT SYSTEM$GET_TAG('T', '{name}', '{domain}')")
        for name, domain in (
            *(("V", "VIEW"), (f"SH_{database}", "SHARE"), (f"R_{database}", "ROLE")),
            *((f"W_{database}", "WAREHOUSE"), ("PUBLIC", "SCHEMA")),
        )
    ]
    assert found == ["v", "s", "r", "w", "p"]
    admin.run(f"DROP SHARE SH_{database}", "DROP TAG T", "UNDROP TAG T")
    assert admin.one("SELECT SYSTEM$GET_TAG('T', 'V', 'VIEW')") == "v"


def test_putting_a_tag_on_needs_apply(admin: Client, database: str, svc: Client) -> None:
    admin.run(
        "CREATE TAG T",
        f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER",
        "GRANT ALL ON SCHEMA PUBLIC TO ROLE SHARER",
    )
    svc.run(f"USE SCHEMA {database}.PUBLIC", "CREATE TABLE MINE (A INT)")
    svc.refused("ALTER TABLE MINE SET TAG T = 'x'", 2003)
    admin.run("GRANT APPLY ON TAG T TO ROLE SHARER")
    svc.run("ALTER TABLE MINE SET TAG T = 'x'")
    svc.refused("DROP TAG T", 3001)


def test_policies_tell_where_they_are(admin: Client, database: str, log_in: Open) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY R AS (A INT) RETURNS BOOLEAN -> A > 0",
        "CREATE MASKING POLICY M AS (A INT) RETURNS INT -> -A",
        "CREATE TABLE X (A INT, B INT WITH MASKING POLICY M) WITH ROW ACCESS POLICY R ON (A)",
    )
    columns = "POLICY_NAME, POLICY_KIND, REF_ENTITY_NAME, REF_ENTITY_DOMAIN, REF_COLUMN_NAME, POLICY_STATUS"
    of_table = (
        f"SELECT {columns} FROM TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES("
        f"REF_ENTITY_NAME => '{database}.PUBLIC.X', REF_ENTITY_DOMAIN => 'TABLE')) ORDER BY 1"
    )
    assert admin.rows(of_table) == [
        ("M", "MASKING_POLICY", "X", "TABLE", "B", "ACTIVE"),
        ("R", "ROW_ACCESS_POLICY", "X", "TABLE", None, "ACTIVE"),
    ]
    of_policy = f"SELECT {columns} FROM TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES(POLICY_NAME => 'R'))"
    assert admin.rows(of_policy) == [("R", "ROW_ACCESS_POLICY", "X", "TABLE", None, "ACTIVE")]


def test_a_share_is_tagged_and_may_read_tags(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TAG COST",
        f"CREATE SHARE TAGGED_{database}",
        f"GRANT USAGE ON DATABASE {database} TO SHARE TAGGED_{database}",
        f"GRANT USAGE ON SCHEMA PUBLIC TO SHARE TAGGED_{database}",
        f"ALTER SHARE TAGGED_{database} SET TAG COST = 'high'",
        f"GRANT READ ON TAG COST TO SHARE TAGGED_{database}",
    )
    assert admin.one(f"SELECT SYSTEM$GET_TAG('COST', 'TAGGED_{database}', 'SHARE')") == "high"
    found = admin.table(f"SHOW GRANTS TO SHARE TAGGED_{database}")
    granted = [(r["privilege"], r["granted_on"], r["name"]) for r in found]
    assert ("READ", "TAG", f"{database}.PUBLIC.COST") in granted
    admin.refused(f"GRANT APPLY ON TAG COST TO SHARE TAGGED_{database}", 1003)
    admin.run(f"ALTER SHARE TAGGED_{database} UNSET TAG COST", f"REVOKE READ ON TAG COST FROM SHARE TAGGED_{database}")
    assert admin.one(f"SELECT SYSTEM$GET_TAG('COST', 'TAGGED_{database}', 'SHARE')") is None
    admin.run(f"DROP SHARE TAGGED_{database}")
