"""Grants on objects that do not exist yet, and schemas whose owner decides."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


@pytest.fixture
def role(admin: Client, database: str) -> str:
    admin.run(f"CREATE ROLE OF_{database}")
    return f"OF_{database}"


def held(admin: Client, role: str) -> list[tuple[str, str]]:
    return [(r["privilege"], r["name"]) for r in admin.table(f"SHOW GRANTS TO ROLE {role}")]


def test_new_objects_get_what_was_promised_for_their_kind(admin: Client, database: str, role: str) -> None:
    admin.run("CREATE TABLE OLD (A INT)", f"GRANT SELECT, INSERT ON FUTURE TABLES IN SCHEMA PUBLIC TO ROLE {role}")
    admin.run(f"GRANT SELECT ON FUTURE VIEWS IN SCHEMA PUBLIC TO ROLE {role} WITH GRANT OPTION")
    assert held(admin, role) == []
    admin.run(
        "CREATE TABLE T (A INT)", "CREATE VIEW V AS SELECT A FROM T", "CREATE SCHEMA OTHER", "CREATE TABLE U (A INT)"
    )
    p = f"{database}.PUBLIC"
    assert held(admin, role) == [("SELECT", f"{p}.T"), ("INSERT", f"{p}.T"), ("SELECT", f"{p}.V")]
    assert admin.table(f"SHOW GRANTS TO ROLE {role}")[2]["grant_option"] == "true"


def test_a_replaced_object_is_a_new_one(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA PUBLIC TO ROLE {role}", "CREATE TABLE T (A INT)")
    admin.run(f"REVOKE SELECT ON TABLE T FROM ROLE {role}", "CREATE OR REPLACE TABLE T (B INT)")
    assert held(admin, role) == [("SELECT", f"{database}.PUBLIC.T")]


def test_the_schemas_grants_hide_the_databases(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT SELECT, INSERT ON FUTURE TABLES IN DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON FUTURE SCHEMAS IN DATABASE {database} TO ROLE {role}")
    admin.run("CREATE SCHEMA S", "CREATE TABLE A1 (A INT)")
    assert held(admin, role) == [
        ("USAGE", f"{database}.S"), ("SELECT", f"{database}.S.A1"), ("INSERT", f"{database}.S.A1")
    ]  # fmt: skip
    admin.run("GRANT SELECT ON FUTURE TABLES IN SCHEMA S TO ROLE NOBODY", "CREATE TABLE A2 (A INT)")
    assert len(held(admin, role)) == 3
    grants = {(r["grantee_name"], r["privilege"]) for r in admin.table("SHOW GRANTS ON TABLE A2")}
    assert grants == {("ACCOUNTADMIN", "OWNERSHIP"), ("NOBODY", "SELECT")}


def test_future_ownership(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA PUBLIC TO ROLE {role}", "CREATE TABLE T (A INT)")
    assert held(admin, role) == [("OWNERSHIP", f"{database}.PUBLIC.T")]
    assert admin.table("SHOW TABLES LIKE 'T'")[0]["owner"] == role


def test_show_future_grants(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA PUBLIC TO ROLE {role}")
    admin.run(f"GRANT USAGE ON FUTURE SCHEMAS IN DATABASE {database} TO ROLE {role}")
    (row,) = admin.table(f"SHOW FUTURE GRANTS IN SCHEMA {database}.PUBLIC")
    assert " ".join(row) == "created_on privilege grant_on name grant_to grantee_name grant_option"
    assert (row["grant_on"], row["name"]) == ("TABLE", f"{database}.PUBLIC.<TABLE>")
    assert (row["grant_to"], row["grantee_name"], row["grant_option"]) == ("ROLE", role, "false")
    (row,) = admin.table(f"SHOW FUTURE GRANTS IN DATABASE {database}")
    assert row["name"] == f"{database}.<SCHEMA>"
    assert len(admin.rows(f"SHOW FUTURE GRANTS TO ROLE {role}")) == 2
    admin.run(f"REVOKE SELECT ON FUTURE TABLES IN SCHEMA PUBLIC FROM ROLE {role}", "CREATE TABLE T (A INT)")
    assert admin.rows(f"SHOW FUTURE GRANTS IN SCHEMA {database}.PUBLIC") == []
    assert held(admin, role) == []


def test_who_may_promise(admin: Client, svc: Client, database: str) -> None:
    admin.run(f"CREATE DATABASE OF_SVC_{database}", f"GRANT OWNERSHIP ON DATABASE OF_SVC_{database} TO ROLE SHARER")
    svc.run(f"CREATE SCHEMA OF_SVC_{database}.S", f"CREATE SCHEMA OF_SVC_{database}.M WITH MANAGED ACCESS")
    svc.refused(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA OF_SVC_{database}.S TO ROLE NOBODY", 3001, "42501")
    svc.refused(f"GRANT SELECT ON FUTURE TABLES IN DATABASE OF_SVC_{database} TO ROLE NOBODY", 3001)
    svc.run(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA OF_SVC_{database}.M TO ROLE NOBODY")


def test_nothing_is_promised_to_a_share(shared_name: str, admin: Client) -> None:
    admin.refused(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA LAKE.NYC TO SHARE {shared_name}", 3044)


@pytest.fixture
def shared_name(admin: Client, database: str) -> str:
    admin.run(f"CREATE SHARE S_{database}")
    return f"S_{database}"


# --- managed access
def test_in_a_managed_schema_its_owner_grants(admin: Client, svc: Client, database: str) -> None:
    admin.run("CREATE SCHEMA M WITH MANAGED ACCESS", f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER")
    admin.run("GRANT USAGE ON SCHEMA M TO ROLE SHARER", "GRANT CREATE TABLE ON SCHEMA M TO ROLE SHARER")
    svc.run(f"CREATE TABLE {database}.M.T (A INT)", f"INSERT INTO {database}.M.T VALUES (1)")
    svc.refused(f"GRANT SELECT ON TABLE {database}.M.T TO ROLE NOBODY", 3001)
    svc.refused(f"GRANT OWNERSHIP ON TABLE {database}.M.T TO ROLE NOBODY", 3001)
    admin.run("GRANT SELECT ON TABLE M.T TO ROLE NOBODY", "ALTER SCHEMA M DISABLE MANAGED ACCESS")
    svc.run(f"GRANT INSERT ON TABLE {database}.M.T TO ROLE NOBODY")
    admin.run("ALTER SCHEMA M ENABLE MANAGED ACCESS")
    svc.refused(f"GRANT DELETE ON TABLE {database}.M.T TO ROLE NOBODY", 3001)


def test_copied_grants_leave_future_ones_out(admin: Client, database: str, role: str) -> None:
    admin.run("CREATE VIEW V AS SELECT 1 AS A", "GRANT REFERENCES ON VIEW V TO ROLE NOBODY")
    admin.run(f"GRANT SELECT ON FUTURE VIEWS IN SCHEMA PUBLIC TO ROLE {role}")
    admin.run("CREATE OR REPLACE VIEW V COPY GRANTS AS SELECT 2 AS A")
    grants = {(r["grantee_name"], r["privilege"]) for r in admin.table("SHOW GRANTS ON VIEW V")}
    assert grants == {("ACCOUNTADMIN", "OWNERSHIP"), ("NOBODY", "REFERENCES")}
    admin.run("CREATE OR REPLACE VIEW V AS SELECT 3 AS A")
    grants = {(r["grantee_name"], r["privilege"]) for r in admin.table("SHOW GRANTS ON VIEW V")}
    assert grants == {("ACCOUNTADMIN", "OWNERSHIP"), (role, "SELECT")}
