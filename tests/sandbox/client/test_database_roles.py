"""Database roles: in their database, granted to roles, and in shares."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open, Shared


@pytest.fixture
def role(admin: Client, database: str) -> str:
    """A database role that may read table T of its database; a plain role may become it."""
    admin.run("CREATE TABLE T (A INT)", "INSERT INTO T VALUES (1), (2)", f"CREATE DATABASE ROLE {database}.R")
    admin.run(f"GRANT USAGE ON SCHEMA PUBLIC TO DATABASE ROLE {database}.R")
    admin.run(f"GRANT SELECT ON TABLE T TO DATABASE ROLE {database}.R")
    return f"{database}.R"


def test_who_has_the_database_role_has_its_rights(admin: Client, database: str, role: str, log_in: Open) -> None:
    admin.run(f"CREATE ROLE OF_{database}", f"GRANT ROLE OF_{database} TO USER ADMIN")
    member = log_in(role=f"OF_{database}")
    read = f"SELECT COUNT(*) FROM {database}.PUBLIC.T"
    member.refused(read, 2003)
    admin.run(f"GRANT DATABASE ROLE {role} TO ROLE OF_{database}")
    assert member.one(read) == 2
    assert member.one(f"SELECT IS_DATABASE_ROLE_IN_SESSION('{database}.R')") is True
    admin.run(f"REVOKE DATABASE ROLE {role} FROM ROLE OF_{database}")
    member.refused(read, 2003)


def test_database_roles_inherit_within_their_database(admin: Client, database: str, role: str, log_in: Open) -> None:
    admin.run(f"CREATE DATABASE ROLE {database}.UP", f"GRANT DATABASE ROLE {role} TO DATABASE ROLE {database}.UP")
    admin.run(f"CREATE ROLE OF_{database}", f"GRANT ROLE OF_{database} TO USER ADMIN")
    admin.run(f"GRANT DATABASE ROLE {database}.UP TO ROLE OF_{database}")
    assert log_in(role=f"OF_{database}").one(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == 2
    admin.refused(f"GRANT DATABASE ROLE {database}.UP TO DATABASE ROLE {role}", 3003)
    admin.refused(f"GRANT USAGE ON SCHEMA LAKE.NYC TO DATABASE ROLE {role}", 3040)
    admin.refused("USE ROLE R", 2043)


def test_show_database_roles(admin: Client, database: str, role: str) -> None:
    admin.run(f"CREATE DATABASE ROLE {database}.UP COMMENT = 'c'")
    admin.run(
        f"GRANT DATABASE ROLE {role} TO DATABASE ROLE {database}.UP", f"GRANT DATABASE ROLE {role} TO ROLE NOBODY"
    )
    low, up = admin.table(f"SHOW DATABASE ROLES IN DATABASE {database}")
    assert " ".join(low) == (
        "created_on name is_default is_current is_inherited granted_to_roles granted_to_database_roles "
        "granted_database_roles owner comment owner_role_type"
    )
    assert (low["name"], low["granted_to_roles"], low["granted_to_database_roles"]) == ("R", 1, 1)
    assert (up["granted_database_roles"], up["owner"], up["comment"]) == (1, "ACCOUNTADMIN", "c")


def test_show_grants_of_and_to_a_database_role(admin: Client, database: str, role: str) -> None:
    admin.run(f"GRANT DATABASE ROLE {role} TO ROLE NOBODY")
    rows = admin.table(f"SHOW GRANTS TO DATABASE ROLE {role}")
    assert [(r["privilege"], r["granted_on"], r["name"], r["granted_to"], r["grantee_name"]) for r in rows] == [
        ("USAGE", "DATABASE", database, "DATABASE_ROLE", "R"),
        ("USAGE", "SCHEMA", f"{database}.PUBLIC", "DATABASE_ROLE", "R"),
        ("SELECT", "TABLE", f"{database}.PUBLIC.T", "DATABASE_ROLE", "R"),
    ]
    (row,) = admin.table(f"SHOW GRANTS OF DATABASE ROLE {role}")
    assert (row["role"], row["granted_to"], row["grantee_name"]) == (role, "ROLE", "NOBODY")


def test_alter_and_drop(admin: Client, database: str, role: str) -> None:
    admin.run(
        f"ALTER DATABASE ROLE {role} RENAME TO {database}.Q", f"ALTER DATABASE ROLE {database}.Q SET COMMENT = 'x'"
    )
    assert [(r["name"], r["comment"]) for r in admin.table(f"SHOW DATABASE ROLES IN DATABASE {database}")] == [
        ("Q", "x")
    ]
    admin.refused(f"CREATE DATABASE ROLE {database}.Q", 2002)
    admin.run(f"CREATE DATABASE ROLE IF NOT EXISTS {database}.Q", f"DROP DATABASE ROLE {database}.Q")
    admin.refused(f"DROP DATABASE ROLE {database}.Q", 2003)
    admin.run(f"DROP DATABASE ROLE IF EXISTS {database}.Q")


def test_making_one_needs_the_databases_privilege(admin: Client, database: str, svc: Client) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER")
    svc.refused(f"CREATE DATABASE ROLE {database}.MINE", 3001)
    admin.run(f"GRANT CREATE DATABASE ROLE ON DATABASE {database} TO ROLE SHARER")
    svc.run(f"CREATE DATABASE ROLE {database}.MINE", f"DROP DATABASE ROLE {database}.MINE")


# --- in a share
@pytest.fixture
def segment(shared: Shared) -> Shared:
    """The share with a second view that comes through database role SEG only."""
    svc, d = shared.owner, shared.database
    svc.run(
        f"CREATE SECURE VIEW {d}.S.EXTRA AS SELECT 7 AS A",
        f"CREATE DATABASE ROLE {d}.SEG",
        f"GRANT USAGE ON SCHEMA {d}.S TO DATABASE ROLE {d}.SEG",
        f"GRANT SELECT ON VIEW {d}.S.EXTRA TO DATABASE ROLE {d}.SEG",
        f"GRANT DATABASE ROLE {d}.SEG TO SHARE {shared.share}",
    )
    shared.add("CUST.ONE")
    return shared


def test_a_consumer_hands_out_what_a_database_role_brings(segment: Shared, log_in: Open) -> None:
    customer, mount = log_in("CUST-ONE"), f"M_{segment.share}"
    customer.run(f"CREATE DATABASE {mount} FROM SHARE {segment.name}")
    assert [r["name"] for r in customer.table(f"SHOW DATABASE ROLES IN DATABASE {mount}")] == ["SEG"]
    customer.refused(f"SELECT A FROM {mount}.S.EXTRA", 2003)
    customer.run(f"CREATE ROLE OF_{mount}", f"GRANT ROLE OF_{mount} TO USER ADMIN")
    analyst = log_in("CUST-ONE", role=f"OF_{mount}")
    analyst.refused(f"SELECT A FROM {mount}.S.EXTRA", 2003)
    customer.run(f"GRANT DATABASE ROLE {mount}.SEG TO ROLE OF_{mount}")
    assert analyst.one(f"SELECT A FROM {mount}.S.EXTRA") == 7
    analyst.refused(f"SELECT * FROM {mount}.S.FLIGHTS", 2003)
    assert [r["name"] for r in analyst.table(f"SHOW VIEWS IN DATABASE {mount}")] == ["EXTRA"]
    customer.run(f"REVOKE DATABASE ROLE {mount}.SEG FROM ROLE OF_{mount}")
    analyst.refused(f"SELECT A FROM {mount}.S.EXTRA", 2003)


def test_a_view_may_ask_which_database_role_reads_it(segment: Shared, log_in: Open) -> None:
    d = segment.database
    segment.owner.run(
        f"CREATE SECURE VIEW {d}.S.ASKS AS SELECT IS_DATABASE_ROLE_IN_SESSION('SEG') AS A",
        f"GRANT SELECT ON VIEW {d}.S.ASKS TO SHARE {segment.share}",
    )
    customer, mount = log_in("CUST-ONE"), f"M_{segment.share}"
    customer.run(f"CREATE DATABASE {mount} FROM SHARE {segment.name}")
    assert customer.one(f"SELECT A FROM {mount}.S.ASKS") is False
    customer.run(f"GRANT DATABASE ROLE {mount}.SEG TO ROLE ACCOUNTADMIN")
    assert customer.one(f"SELECT A FROM {mount}.S.ASKS") is True


def test_show_grants_to_share_lists_the_role(segment: Shared) -> None:
    rows = segment.owner.table(f"SHOW GRANTS TO SHARE {segment.share}")
    assert ("USAGE", "DATABASE_ROLE", f"{segment.database}.SEG") in [
        (r["privilege"], r["granted_on"], r["name"]) for r in rows
    ]
    segment.owner.run(f"REVOKE DATABASE ROLE {segment.database}.SEG FROM SHARE {segment.share}")
    assert len(segment.owner.rows(f"SHOW GRANTS TO SHARE {segment.share}")) == len(rows) - 1


def test_what_a_shared_role_may_not_hold(admin: Client, database: str) -> None:
    admin.run(f"CREATE SHARE S_{database}", f"CREATE DATABASE ROLE {database}.R", "CREATE TABLE T (A INT)")
    share, role = f"SHARE S_{database}", f"DATABASE ROLE {database}.R"
    admin.refused(f"GRANT {role} TO {share}", 3519)
    admin.run(f"GRANT USAGE ON DATABASE {database} TO {share}", "CREATE VIEW PLAIN AS SELECT 1 AS A")
    admin.run(f"GRANT SELECT ON VIEW PLAIN TO {role}")
    text = admin.refused(f"GRANT {role} TO {share}", 3041)
    assert "Cannot share a database role that is granted privilege 'SELECT' on View 'PLAIN': Non-secure object" in text
    admin.run(f"REVOKE SELECT ON VIEW PLAIN FROM {role}", f"GRANT SELECT ON FUTURE TABLES IN SCHEMA PUBLIC TO {role}")
    assert "with future grants" in admin.refused(f"GRANT {role} TO {share}", 3042)
    admin.run(f"REVOKE SELECT ON FUTURE TABLES IN SCHEMA PUBLIC FROM {role}", f"GRANT {role} TO {share}")
    admin.refused(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA PUBLIC TO {role}", 3043)
    admin.refused(f"GRANT INSERT ON TABLE T TO {role}", 3041)
    admin.refused(f"GRANT SELECT ON VIEW PLAIN TO {role}", 3041)
    admin.run(f"GRANT SELECT ON TABLE T TO {role}")


def test_a_role_of_another_database_does_not_fit_the_share(admin: Client, shared: Shared, database: str) -> None:
    admin.run(f"CREATE DATABASE ROLE {database}.R")
    admin.refused(f"GRANT DATABASE ROLE {database}.R TO SHARE {shared.share}", 3033)


def test_describe_share_lists_the_role(segment: Shared, admin: Client, log_in: Open) -> None:
    rows = [(r["kind"], r["name"]) for r in admin.table(f"DESC SHARE {segment.share}")]
    assert ("DATABASE_ROLE", f"{segment.database}.SEG") in rows
    seen = [(r["kind"], r["name"]) for r in log_in("CUST-ONE").table(f"DESC SHARE {segment.name}")]
    assert ("DATABASE_ROLE", "<DB>.SEG") in seen


def test_a_dropped_role_leaves_the_share(segment: Shared) -> None:
    segment.owner.run(f"DROP DATABASE ROLE {segment.database}.SEG")
    rows = segment.owner.table(f"SHOW GRANTS TO SHARE {segment.share}")
    assert "DATABASE_ROLE" not in [r["granted_on"] for r in rows]
