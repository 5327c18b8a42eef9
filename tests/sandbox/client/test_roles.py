"""Roles, users, privileges: who may do what."""

from __future__ import annotations

import itertools

import pytest

from tests.sandbox.conftest import Client, Open

_numbers = itertools.count(1)


@pytest.fixture
def role(admin: Client) -> str:
    """A new role, granted to the provider's administrator."""
    name = f"R{next(_numbers)}"
    admin.run(f"CREATE ROLE {name}", f"GRANT ROLE {name} TO USER ADMIN")
    return name


@pytest.fixture
def member(role: str, log_in: Open) -> Client:
    return log_in(role=role)


def test_without_a_privilege_nothing_is_there(member: Client) -> None:
    member.refused("SELECT * FROM LAKE.NYC.FLIGHTS", 2003)
    assert member.rows("SHOW DATABASES LIKE 'LAKE'") == []


def test_reading_needs_the_database_the_schema_and_the_table(admin: Client, member: Client, role: str) -> None:
    read = "SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS"
    for grant in ("SELECT ON TABLE LAKE.NYC.FLIGHTS", "USAGE ON SCHEMA LAKE.NYC", "USAGE ON DATABASE LAKE"):
        member.refused(read, 2003)
        admin.run(f"GRANT {grant} TO ROLE {role}")
    assert member.one(read) == 6
    member.refused("SELECT * FROM LAKE.NYC.PLANES", 2003)
    admin.run(f"REVOKE USAGE ON SCHEMA LAKE.NYC FROM ROLE {role}")
    member.refused(read, 2003)


def test_each_change_needs_its_own_privilege(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}", f"GRANT SELECT ON TABLE T TO ROLE {role}")
    table = f"{database}.PUBLIC.T"
    changes = {"INSERT": f"INSERT INTO {table} VALUES (1)", "UPDATE": f"UPDATE {table} SET A = 2",
               "DELETE": f"DELETE FROM {table}", "TRUNCATE": f"TRUNCATE TABLE {table}"}  # fmt: skip
    for privilege, sql in changes.items():
        member.refused(sql, 3001, "42501")
        admin.run(f"GRANT {privilege} ON TABLE T TO ROLE {role}")
        member.run(sql)
    member.refused(f"DROP TABLE {table}", 3001)


@pytest.mark.parametrize(
    ("privilege", "sql"),
    [
        ("CREATE SHARE", "CREATE SHARE SH_{role}"),
        ("CREATE DATABASE", "CREATE DATABASE DB_{role}"),
        ("CREATE ROLE", "CREATE ROLE {role}_CHILD"),
        ("CREATE USER", "CREATE USER {role}_USER"),
        ("CREATE WAREHOUSE", "CREATE WAREHOUSE WH_{role}"),
    ],
)
def test_a_global_privilege_opens_exactly_its_statement(
    admin: Client, member: Client, role: str, privilege: str, sql: str
) -> None:
    assert "account" in member.refused(sql.format(role=role), 3001, "42501")
    admin.run(f"GRANT {privilege} ON ACCOUNT TO ROLE {role}")
    member.run(sql.format(role=role))
    admin.run(f"REVOKE {privilege} ON ACCOUNT FROM ROLE {role}")
    member.refused(sql.format(role=role + "_2"), 3001)


@pytest.mark.parametrize(
    ("privilege", "sql"),
    [("CREATE TABLE", "CREATE TABLE {s}.T (A INT)"), ("CREATE VIEW", "CREATE VIEW {s}.V AS SELECT 1 AS A"),
     ("CREATE FUNCTION", "CREATE FUNCTION {s}.F() RETURNS NUMBER AS '1'")],
)  # fmt: skip
def test_making_an_object_needs_the_schemas_privilege(
    admin: Client, database: str, member: Client, role: str, privilege: str, sql: str
) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE {role}", f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}")
    sql = sql.format(s=f"{database}.PUBLIC")
    member.refused(sql, 3001)
    admin.run(f"GRANT {privilege} ON SCHEMA PUBLIC TO ROLE {role}")
    member.run(sql)


def test_a_schema_is_made_by_the_databases_owner_or_by_privilege(
    admin: Client, database: str, member: Client, role: str
) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    member.refused(f"CREATE SCHEMA {database}.S", 3001)
    admin.run(f"GRANT OWNERSHIP ON DATABASE {database} TO ROLE {role} COPY CURRENT GRANTS")
    member.run(f"CREATE SCHEMA {database}.S", f"CREATE VIEW {database}.S.V AS SELECT 1 AS A")
    admin.refused(f"CREATE SCHEMA {database}.S2", 3001)


def test_a_view_reads_with_its_owners_rights(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE {role}", f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}")
    admin.run("CREATE VIEW V AS SELECT COUNT(*) AS N FROM LAKE.NYC.FLIGHTS", f"GRANT SELECT ON VIEW V TO ROLE {role}")
    assert member.one(f"SELECT N FROM {database}.PUBLIC.V") == 6


def test_a_view_dies_with_its_owners_rights(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}", f"GRANT CREATE VIEW ON SCHEMA PUBLIC TO ROLE {role}")
    make = f"CREATE VIEW {database}.PUBLIC.V AS SELECT A FROM {database}.PUBLIC.T"
    member.refused(make, 2003)
    admin.run(f"GRANT SELECT ON TABLE T TO ROLE {role}")
    member.run(make, f"SELECT * FROM {database}.PUBLIC.V")
    admin.run(f"REVOKE SELECT ON TABLE T FROM ROLE {role}")
    member.refused(f"SELECT * FROM {database}.PUBLIC.V", 2003)


def test_granting_needs_the_grant_option(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}", f"GRANT SELECT ON TABLE T TO ROLE {role}")
    again = f"GRANT SELECT ON TABLE {database}.PUBLIC.T TO ROLE NOBODY"
    member.refused(again, 3001)
    admin.run(f"GRANT SELECT ON TABLE T TO ROLE {role} WITH GRANT OPTION")
    member.run(again)


def test_roles_inherit(admin: Client, member: Client, role: str) -> None:
    admin.run(f"CREATE ROLE {role}_BASE", f"GRANT ROLE {role}_BASE TO ROLE {role}")
    admin.run(f"GRANT USAGE ON DATABASE LAKE TO ROLE {role}_BASE")
    assert [row["name"] for row in member.table("SHOW DATABASES LIKE 'LAKE'")] == ["LAKE"]
    assert member.one(f"SELECT IS_ROLE_IN_SESSION('{role}_BASE')") is True


def test_use_role(admin: Client, role: str) -> None:
    admin.run(f"USE ROLE {role}")
    assert admin.one("SELECT CURRENT_ROLE()") == role
    admin.refused("USE ROLE NOBODY", 3013)
    admin.refused("USE ROLE NO_SUCH_ROLE", 2043)


def test_a_dropped_roles_things_pass_to_who_dropped_it(admin: Client, member: Client, role: str) -> None:
    admin.run(f"GRANT CREATE DATABASE ON ACCOUNT TO ROLE {role}")
    member.run(f"CREATE DATABASE OF_{role}")
    admin.run(f"DROP ROLE {role}")
    assert admin.table(f"SHOW DATABASES LIKE 'OF_{role}'")[0]["owner"] == "ACCOUNTADMIN"


def test_show_grants(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE {role}", f"GRANT CREATE SHARE ON ACCOUNT TO ROLE {role}")
    rows = [(r["privilege"], r["granted_on"], r["name"]) for r in admin.table(f"SHOW GRANTS TO ROLE {role}")]
    assert rows == [("USAGE", "DATABASE", database), ("CREATE SHARE", "ACCOUNT", "DATA")]
    assert [r["grantee_name"] for r in admin.table(f"SHOW GRANTS OF ROLE {role}")] == ["ADMIN"]


def test_reference_usage_is_granted_by_its_name_alone(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT ALL ON DATABASE {database} TO ROLE {role}")
    listed = f"SHOW GRANTS TO ROLE {role}"
    assert "REFERENCE_USAGE" not in [row["privilege"] for row in admin.table(listed)]
    admin.run(f"GRANT REFERENCE_USAGE ON DATABASE {database} TO ROLE {role} WITH GRANT OPTION")
    found = [(row["name"], row["grant_option"]) for row in admin.table(listed) if row["privilege"] == "REFERENCE_USAGE"]
    assert found == [(database, "true")]
    assert "REFERENCE_USAGE" in [row["privilege"] for row in admin.table(f"SHOW GRANTS ON DATABASE {database}")]


def test_an_unknown_privilege_or_object_is_refused(admin: Client, role: str) -> None:
    admin.refused(f"GRANT FLYING ON DATABASE LAKE TO ROLE {role}", 1003)
    admin.refused(f"GRANT REFERENCE_USAGE ON SCHEMA LAKE.NYC TO ROLE {role}", 1003)
    admin.refused(f"GRANT USAGE ON NOPE X TO ROLE {role}", 398014)
    admin.refused("GRANT USAGE ON DATABASE LAKE TO ROLE NO_SUCH_ROLE", 2003)
    admin.refused(f"GRANT SELECT ON FUTURE NOPES IN SCHEMA LAKE.NYC TO ROLE {role}", 398014)
    admin.refused(f"GRANT CREATE UNICORN ON ACCOUNT TO ROLE {role}", 1003)


@pytest.mark.parametrize(
    "privilege",
    ["CREATE SHARE", "IMPORT SHARE", "MANAGE SHARE TARGET", "OVERRIDE SHARE RESTRICTIONS", "MANAGE GRANTS", "APPLY TAG",
     "MONITOR EXECUTION", "MONITOR USAGE", "CREATE LISTING", "APPLY ROW ACCESS POLICY", "APPLY MASKING POLICY",
     "CREATE REPLICATION GROUP", "EXECUTE TASK", "CREATE ACCOUNT"],
)  # fmt: skip
def test_the_global_privileges_of_a_provider_are_known(admin: Client, role: str, privilege: str) -> None:
    admin.run(f"GRANT {privilege} ON ACCOUNT TO ROLE {role}")
    assert [r["privilege"] for r in admin.table(f"SHOW GRANTS TO ROLE {role}")] == [privilege]


def test_a_global_privilege_is_granted_by_who_may_pass_it_on(admin: Client, role: str) -> None:
    admin.run("USE ROLE SECURITYADMIN")
    text = admin.refused(f"GRANT CREATE DATABASE ON ACCOUNT TO ROLE {role}", 3102, "42501")
    assert "Grant not executed: Insufficient privileges." in text


def test_what_can_be_granted_of_a_list_is(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}")
    admin.run(f"GRANT SELECT ON TABLE T TO ROLE {role} WITH GRANT OPTION", f"GRANT INSERT ON TABLE T TO ROLE {role}")
    text = member.refused(f"GRANT SELECT, INSERT ON TABLE {database}.PUBLIC.T TO ROLE NOBODY", 3011, "42501")
    assert "privileges [INSERT] not granted" in text
    granted = [
        (r["privilege"], r["granted_by"])
        for r in admin.table("SHOW GRANTS ON TABLE T")
        if r["grantee_name"] == "NOBODY"
    ]
    assert granted == [("SELECT", role)]


def test_what_was_passed_on_goes_only_with_cascade(admin: Client, database: str, member: Client, role: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE {role}")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO ROLE {role}")
    admin.run(f"GRANT SELECT ON TABLE T TO ROLE {role} WITH GRANT OPTION")
    member.run(f"GRANT SELECT ON TABLE {database}.PUBLIC.T TO ROLE NOBODY")
    for how in ("", " RESTRICT"):
        assert "NOBODY" in admin.refused(f"REVOKE SELECT ON TABLE T FROM ROLE {role}{how}", 3036)
    admin.run(f"REVOKE GRANT OPTION FOR SELECT ON TABLE T FROM ROLE {role} CASCADE")
    grants = {(r["grantee_name"], r["privilege"], r["grant_option"]) for r in admin.table("SHOW GRANTS ON TABLE T")}
    assert grants == {("ACCOUNTADMIN", "OWNERSHIP", "true"), (role, "SELECT", "false")}


def test_all_privileges(admin: Client, database: str, role: str) -> None:
    admin.run("CREATE VIEW V AS SELECT 1 AS A", f"GRANT ALL PRIVILEGES ON VIEW V TO ROLE {role}")
    assert [r["privilege"] for r in admin.table(f"SHOW GRANTS TO ROLE {role}")] == ["SELECT", "REFERENCES"]
    admin.run(f"REVOKE ALL ON VIEW V FROM ROLE {role}")
    assert admin.rows(f"SHOW GRANTS TO ROLE {role}") == []


def test_a_role_cannot_inherit_itself(admin: Client, role: str) -> None:
    admin.run(f"CREATE ROLE {role}_UP", f"GRANT ROLE {role} TO ROLE {role}_UP")
    admin.refused(f"GRANT ROLE {role}_UP TO ROLE {role}", 3003)


# --- secondary roles
def test_secondary_roles_add_everything_but_creating(admin: Client, member: Client, role: str) -> None:
    admin.run(f"CREATE ROLE {role}_2", f"GRANT ROLE {role}_2 TO USER ADMIN")
    admin.run(f"GRANT USAGE ON DATABASE LAKE TO ROLE {role}_2", f"GRANT USAGE ON SCHEMA LAKE.NYC TO ROLE {role}_2")
    admin.run(
        f"GRANT SELECT ON TABLE LAKE.NYC.FLIGHTS TO ROLE {role}_2", f"GRANT CREATE DATABASE ON ACCOUNT TO ROLE {role}_2"
    )
    read = "SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS"
    member.refused(read, 2003)
    member.run(f"USE SECONDARY ROLES {role}_2")
    assert member.one(read) == 6
    assert member.one("SELECT CURRENT_SECONDARY_ROLES()") == f'{{"roles":"{role}_2","value":""}}'
    assert member.one("SELECT CURRENT_ROLE()") == role
    assert member.one(f"SELECT IS_ROLE_IN_SESSION('{role}_2')") is True
    member.refused(f"CREATE DATABASE NOT_BY_{role}", 3001)
    member.run("USE SECONDARY ROLES NONE")
    member.refused(read, 2003)
    member.run("USE SECONDARY ROLES ALL")
    assert member.one(read) == 6
    assert '"value":"ALL"' in member.one("SELECT CURRENT_SECONDARY_ROLES()")
    member.refused("USE SECONDARY ROLES NOBODY", 3013)


def test_a_new_user_has_all_secondary_roles_unless_it_is_said(admin: Client, role: str, log_in: Open) -> None:
    make = f"CREATE USER U_{role} PASSWORD = 'xX1' DEFAULT_ROLE = {role}"
    admin.run(make, f"GRANT ROLE {role} TO USER U_{role}", f"GRANT ROLE SHARER TO USER U_{role}")
    assert log_in(user=f"U_{role}", password="xX1").one("SELECT CURRENT_SECONDARY_ROLES()") == (
        '{"roles":"SHARER","value":"ALL"}'
    )
    admin.run(f"ALTER USER U_{role} SET DEFAULT_SECONDARY_ROLES = () COMMENT = 'one role'")
    client = log_in(user=f"U_{role}", password="xX1")
    assert client.one("SELECT CURRENT_SECONDARY_ROLES()") == '{"roles":"","value":""}'


# --- what SHOW tells
def test_show_grants_alone_lists_the_roles_of_who_asks(svc: Client) -> None:
    rows = svc.table("SHOW GRANTS")
    assert [(r["role"], r["granted_to"], r["grantee_name"]) for r in rows] == [
        ("SHARER", "USER", "SVC"),
        ("NOBODY", "USER", "SVC"),
    ]
    assert svc.rows("SHOW GRANTS TO USER SVC") == svc.rows("SHOW GRANTS")
    assert len(svc.rows("SHOW GRANTS TO USER SVC LIMIT 1")) == 1
    svc.refused("SHOW GRANTS TO USER ADMIN", 3001)


def test_nothing_of_a_role_exists_in_another_account(log_in: Open, role: str) -> None:
    log_in("CUST-ONE").refused(f"GRANT ROLE {role} TO USER ADMIN", 2003)
    assert role not in [row["name"] for row in log_in("CUST-ONE").table("SHOW ROLES")]


def test_show_roles_tells_which_one_is_what(svc: Client) -> None:
    svc.run("USE ROLE NOBODY")
    flags = {r["name"]: (r["is_default"], r["is_current"], r["is_inherited"]) for r in svc.table("SHOW ROLES")}
    assert flags["SHARER"] == ("Y", "N", "N")
    assert flags["NOBODY"] == ("N", "Y", "N")
    assert flags["PUBLIC"] == ("N", "N", "Y")
    assert flags["ACCOUNTADMIN"] == ("N", "N", "N")
