"""Who gets in, and as whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.serving import PASSWORD, Server, connect

WHO = "SELECT CURRENT_ORGANIZATION_NAME(), CURRENT_ACCOUNT_NAME(), CURRENT_ACCOUNT(), CURRENT_REGION()"


@pytest.mark.parametrize("spelled", ["ACME-SECURE_DATA", "acme-secure-data", "ACME_SECURE_DATA", "PRV10002"])
def test_an_account_is_known_by_every_spelling(log_in: Open, spelled: str) -> None:
    assert log_in(spelled).rows(WHO) == [("ACME", "SECURE_DATA", "PRV10002", "AWS_US_EAST_1")]


def test_a_locator_may_carry_its_region(log_in: Open) -> None:
    assert log_in("FAR30001.eu-central-1").one("SELECT CURRENT_ACCOUNT_NAME()") == "AWAY"


def refused(server: Server, **how: str) -> tuple[int, str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the two connectors raise different classes
        connect(server.port, **how)
    return getattr(caught.value, "errno", 0), str(caught.value)


def test_a_wrong_password_is_refused(server: Server) -> None:
    assert refused(server, password="wrong")[0] == 390100


def test_an_unknown_user_is_refused_in_the_same_words(server: Server) -> None:
    code, text = refused(server, user="GHOST", password=PASSWORD)
    assert code == 390100
    assert "Incorrect username or password" in text


def test_a_user_of_one_account_is_nobody_in_another(server: Server) -> None:
    assert refused(server, account="CUST-ONE", user="SVC", password=PASSWORD)[0] == 390100


def test_an_unknown_account_is_not_found(server: Server) -> None:
    assert "404" in refused(server, account="NO-SUCH")[1]


def test_a_service_user_has_no_password(server: Server) -> None:
    assert refused(server, user="SVC", password="")[0] != 0


def key(world: Path, name: str) -> dict[str, str]:
    return {"user": "SVC", "private_key_file": str(world.parent / f"{name}.pem"), "authenticator": "SNOWFLAKE_JWT"}


def test_a_key_pair_logs_in_with_the_default_role_and_warehouse(log_in: Open, world: Path) -> None:
    rows = log_in(**key(world, "svc")).rows("SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE()")
    assert rows == [("SVC", "SHARER", "WH")]


def test_another_key_is_refused(server: Server, world: Path) -> None:
    assert refused(server, **key(world, "other"))[0] == 390144


def test_a_key_of_one_account_opens_no_other(server: Server, world: Path) -> None:
    assert refused(server, account="CUST-ONE", **key(world, "svc"))[0] == 390144


def test_a_role_can_be_asked_for(log_in: Open) -> None:
    assert log_in(role="SYSADMIN").one("SELECT CURRENT_ROLE()") == "SYSADMIN"


def test_a_role_that_was_not_granted_is_refused(server: Server, world: Path) -> None:
    code, text = refused(server, role="ACCOUNTADMIN", **key(world, "svc"))
    assert "ACCOUNTADMIN" in text, code


def test_a_changed_key_takes_the_old_ones_place(log_in: Open, server: Server, world: Path) -> None:
    admin = log_in()
    text = (world.parent / "other.pub").read_text()
    body = "".join(line for line in text.splitlines() if "-----" not in line)
    admin.run(
        "CREATE USER ROTATED TYPE = SERVICE DEFAULT_ROLE = PUBLIC", f"ALTER USER ROTATED SET RSA_PUBLIC_KEY = '{body}'"
    )
    how = key(world, "other") | {"user": "ROTATED"}
    assert log_in(**how).one("SELECT CURRENT_USER()") == "ROTATED"
    assert refused(server, **(key(world, "svc") | {"user": "ROTATED"}))[0] == 390144


def test_a_disabled_user_is_refused(log_in: Open, server: Server) -> None:
    log_in().run("CREATE USER GONE PASSWORD = 'x'", "ALTER USER GONE SET DISABLED = TRUE")
    assert refused(server, user="GONE", password="x")[0] == 390101
