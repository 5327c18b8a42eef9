"""GRANT OWNERSHIP: who may give it, and what happens to the grants of others."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Shared


@pytest.fixture
def role(admin: Client, database: str) -> str:
    admin.run(f"CREATE ROLE OF_{database}", "CREATE TABLE T (A INT)", "GRANT SELECT ON TABLE T TO ROLE NOBODY")
    return f"OF_{database}"


def grants(admin: Client, name: str = "T") -> list[tuple[str, str, str]]:
    return [(r["privilege"], r["grantee_name"], r["granted_by"]) for r in admin.table(f"SHOW GRANTS ON TABLE {name}")]


def test_grants_of_others_must_be_dealt_with(admin: Client, role: str) -> None:
    admin.refused(f"GRANT OWNERSHIP ON TABLE T TO ROLE {role}", 3036)
    assert grants(admin) == [("OWNERSHIP", "ACCOUNTADMIN", "ACCOUNTADMIN"), ("SELECT", "NOBODY", "ACCOUNTADMIN")]


def test_copied_grants_come_from_the_new_owner(admin: Client, role: str) -> None:
    admin.run(f"GRANT OWNERSHIP ON TABLE T TO ROLE {role} COPY CURRENT GRANTS")
    assert grants(admin) == [("OWNERSHIP", role, role), ("SELECT", "NOBODY", role)]


def test_revoked_grants_are_gone(admin: Client, role: str) -> None:
    admin.run(f"GRANT OWNERSHIP ON TABLE T TO ROLE {role} REVOKE CURRENT GRANTS")
    assert grants(admin) == [("OWNERSHIP", role, role)]


def test_ownership_of_everything_in_a_schema(admin: Client, database: str, role: str) -> None:
    admin.run(
        "CREATE TABLE U (A INT)", f"GRANT OWNERSHIP ON ALL TABLES IN SCHEMA PUBLIC TO ROLE {role} COPY CURRENT GRANTS"
    )
    assert [r["owner"] for r in admin.table("SHOW TABLES IN SCHEMA PUBLIC")] == [role, role]


def test_only_the_owner_or_who_manages_grants_gives_it_away(
    admin: Client, svc: Client, database: str, role: str
) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER", "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER")
    admin.run("GRANT SELECT ON TABLE T TO ROLE SHARER WITH GRANT OPTION")
    svc.refused(f"GRANT OWNERSHIP ON TABLE {database}.PUBLIC.T TO ROLE SHARER COPY CURRENT GRANTS", 3001)


def test_a_roles_owner_grants_the_role(admin: Client, svc: Client, role: str) -> None:
    svc.refused(f"GRANT ROLE {role} TO ROLE NOBODY", 3001)
    admin.run(f"GRANT OWNERSHIP ON ROLE {role} TO ROLE SHARER")
    svc.run(f"GRANT ROLE {role} TO ROLE NOBODY", f"REVOKE ROLE {role} FROM ROLE NOBODY", f"DROP ROLE {role}")


def test_a_share_cannot_change_hands(shared: Shared, admin: Client, role: str) -> None:
    admin.refused(f"GRANT OWNERSHIP ON SHARE {shared.share} TO ROLE {role}", 398014)
