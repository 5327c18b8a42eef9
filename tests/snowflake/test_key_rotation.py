"""`manage.py snowflake rotate-key`: Firn can sign in all the time, wherever the command is killed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.audit.models import AuditEntry
from shares.models import ProviderAccount
from shares.services import rotating
from shares.snowflake import keys
from shares.snowflake.connect import connect
from tests.snowflake.builders import Scene
from tests.snowflake.test_provider_role import SECTION
from tests.snowflake.world import Snowflake


class Killed(BaseException):
    """As if the process had been killed there."""


@pytest.fixture
def account(
    snowflake: Snowflake, scene: Scene, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProviderAccount]:
    """A service user of its own, with a key of its own."""
    monkeypatch.setattr(keys, "BITS", 2048)  # Half a second less for each.
    key = keys.make(tmp_path / "svc.p8")
    snowflake.admin.run("CREATE USER ROTATING TYPE = SERVICE DEFAULT_ROLE = FIRN")
    snowflake.admin.run("GRANT ROLE FIRN TO USER ROTATING")
    snowflake.admin.run(f"ALTER USER ROTATING SET RSA_PUBLIC_KEY = '{keys.public(key)}'")
    file = tmp_path / "connections.toml"
    secret = 'private_key_file = "svc.p8"'
    file.write_text(SECTION.format(name="data", user="ROTATING", role="FIRN", secret=secret, port=snowflake.port))
    settings.SNOWFLAKE_CONNECTIONS_FILE = file
    yield scene.provider
    snowflake.admin.run("DROP USER ROTATING")


def signs_in(settings: Settings) -> None:
    connect(settings.SNOWFLAKE_CONNECTIONS_FILE, "data", "test").close()


def slots(snowflake: Snowflake) -> list[str]:
    told = {row["property"]: row["value"] for row in snowflake.admin.run("DESCRIBE USER ROTATING")}
    return [told["RSA_PUBLIC_KEY_FP"], told["RSA_PUBLIC_KEY_2_FP"]]


def test_the_new_key_alone_signs_in_and_it_is_on_record(
    account: ProviderAccount, snowflake: Snowflake, settings: Settings, tmp_path: Path
) -> None:
    old = keys.fingerprint(keys.read(tmp_path / "svc.p8"))
    for _ in range(2):
        out = io.StringIO()
        call_command("snowflake", "rotate-key", stdout=out)
        now = keys.fingerprint(keys.read(tmp_path / "svc.p8"))
        assert now != old
        assert sorted(slots(snowflake)) == sorted(["null", now])
        assert now in out.getvalue()
        signs_in(settings)
        old = now
    assert sorted(path.name for path in tmp_path.iterdir()) == ["connections.toml", "svc.p8"]
    assert (tmp_path / "svc.p8").stat().st_mode & 0o077 == 0
    entries = AuditEntry.objects.filter(action="provider_account.key_rotated").order_by("id")
    assert [entry.data["fingerprint"] for entry in entries][-1] == old


def test_killed_anywhere_firn_signs_in_and_the_next_start_ends_it(
    account: ProviderAccount, snowflake: Snowflake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each step that changes a file or Snowflake."""
    steps = [
        (keys, "make"),
        (rotating, "_alter"),
        (rotating, "_try"),
        (Path, "hardlink_to"),
        (Path, "replace"),
        (Path, "unlink"),
    ]
    before = keys.fingerprint(keys.read(tmp_path / "svc.p8"))
    for place, name in steps:
        for late in (False, True):
            with monkeypatch.context() as patch:
                _killed_at(patch, place, name, late)
                with pytest.raises(Killed):
                    rotating.rotate(account, lambda words: None)
            signs_in(settings)
            now = rotating.rotate(account, lambda words: None)
            assert now != before
            assert sorted(slots(snowflake)) == sorted(["null", now])
            assert sorted(path.name for path in tmp_path.iterdir()) == ["connections.toml", "svc.p8"]
            signs_in(settings)
            before = now


def _killed_at(monkeypatch: pytest.MonkeyPatch, place: object, name: str, late: bool) -> None:
    real = getattr(place, name)

    def killed(*arguments: object, **options: object) -> object:
        if late:
            real(*arguments, **options)
        raise Killed

    monkeypatch.setattr(place, name, killed)


def test_what_the_role_may_not_do_is_said_with_the_statement(
    account: ProviderAccount, snowflake: Snowflake, settings: Settings
) -> None:
    with (
        snowflake.control.armed("no-privilege", sql="ALTER USER ROTATING SET"),
        pytest.raises(
            CommandError, match="An administrator may run it instead: ALTER USER ROTATING SET RSA_PUBLIC_KEY_2"
        ),
    ):
        call_command("snowflake", "rotate-key", stdout=io.StringIO())
    signs_in(settings)
    call_command("snowflake", "rotate-key", stdout=io.StringIO())
    signs_in(settings)


def test_a_named_key_pair_is_left_to_a_person_who_reads_how(
    account: ProviderAccount, snowflake: Snowflake, settings: Settings, tmp_path: Path
) -> None:
    """It would stay valid: the properties that Firn changes do not show it."""
    key = keys.read(tmp_path / "svc.p8")
    snowflake.admin.run("ALTER USER ROTATING UNSET RSA_PUBLIC_KEY")
    snowflake.admin.run(f"ALTER USER ROTATING ADD KEY PAIR FIRST PUBLIC_KEY = '{keys.public(key)}'")
    signs_in(settings)
    with pytest.raises(CommandError) as refused:
        call_command("snowflake", "rotate-key", stdout=io.StringIO())
    words = str(refused.value)
    assert "the old key would stay valid. SHOW USER KEY PAIRS FOR USER ROTATING; lists it" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["connections.toml", "svc.p8"]
    assert slots(snowflake) == ["null", "null"]
    assert not AuditEntry.objects.filter(action="provider_account.key_rotated").exists()
    told = io.StringIO()
    call_command("snowflake", "check", stdout=told)
    assert "hint: ROTATING signs in with a named key pair (FIRST)" in told.getvalue()

    statements = words.partition("without a pause: ")[2].split(";")[:2]
    assert statements[0] == "ALTER USER ROTATING REMOVE KEY PAIR FIRST"
    for statement in statements:
        snowflake.admin.run(statement.strip())
    call_command("snowflake", "rotate-key", stdout=io.StringIO())
    signs_in(settings)


def test_a_connection_without_a_key_is_told(account: ProviderAccount, settings: Settings, tmp_path: Path) -> None:
    text = settings.SNOWFLAKE_CONNECTIONS_FILE.read_text().replace('private_key_file = "svc.p8"', 'password = "p"')
    settings.SNOWFLAKE_CONNECTIONS_FILE.write_text(text)
    with pytest.raises(CommandError, match="signs in without a key pair"):
        call_command("snowflake", "rotate-key")
