"""connections.toml: what may stand there, and what is said of what may not. The connector here is a stand-in."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from shares.snowflake import connect as module
from shares.snowflake.client import ConnectorClient
from shares.snowflake.connect import BadConnection, connect, parameters
from shares.snowflake.errors import SnowflakeError

DETECTION = "SNOWFLAKE_DISABLE_PLATFORM_DETECTION"
PLAIN = '[main]\naccount = "FIRN-LAKE"\nuser = "FIRN"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "connections.toml"


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_a_section_is_read_as_it_stands(file: Path) -> None:
    write(file, PLAIN + 'password = "p"\nrole = "R"\nport = 8085\n[other]\naccount = "X"\n')
    assert parameters(file, "main") == {
        "account": "FIRN-LAKE",
        "user": "FIRN",
        "password": "p",
        "role": "R",
        "port": 8085,
    }


BROKEN: dict[str, tuple[str, str]] = {
    "no section": ("[other]\naccount = 'A'\n", "It has: other"),
    "no section at all": ("", "It has: none"),
    "a value where a section should be": ("main = 3\n", "It has: none"),
    "unknown setting": (PLAIN + "acount = 'x'\n", "unknown settings: acount.*Remove or correct.*account"),
    "two unknown settings": (PLAIN + "zzz = 1\naaa = 1\n", "unknown settings: aaa, zzz"),
    "no account": ("[main]\nuser = 'U'\n", "needs account.*account = "),
    "empty account": ("[main]\naccount = ''\nuser = 'U'\n", "needs account"),
    "account is a number": ("[main]\naccount = 12345\nuser = 'U'\n", "needs account"),
    "no user": ("[main]\naccount = 'A'\n", "needs user.*user = "),
    "not TOML": ("[main\n", "is not TOML.*line 1.*Correct it"),
    "no key": (PLAIN + "private_key_file = 'none.p8'\n", "none.p8 does not exist. Correct the path"),
    "no key by its old name": (PLAIN + "private_key_path = 'none.p8'\n", "none.p8 does not exist"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_said_with_file_section_and_remedy(file: Path, case: str) -> None:
    text, words = BROKEN[case]
    with pytest.raises(BadConnection, match=f"(?s){words}") as refused:
        parameters(write(file, text), "main")
    assert str(file) in str(refused.value)
    assert "[main]" in str(refused.value)


def test_a_file_that_is_not_there_names_the_variable(file: Path) -> None:
    with pytest.raises(BadConnection, match=r"\[main\].*does not exist.*SNOWFLAKE_CONNECTIONS_FILE") as refused:
        parameters(file, "main")
    assert str(file) in str(refused.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadConnection, match=r"\[main\].*cannot be read.*may read") as refused:
        parameters(tmp_path, "main")
    assert str(tmp_path) in str(refused.value)


def test_a_file_of_another_encoding_is_explained(file: Path) -> None:
    file.write_bytes(b'[main]\naccount = "\xff"\n')
    with pytest.raises(BadConnection, match=r"\[main\].*not UTF-8.*Save it as UTF-8") as refused:
        parameters(file, "main")
    assert str(file) in str(refused.value)


def test_no_message_repeats_a_secret(file: Path) -> None:
    write(file, "[main]\npassword = 'hunter2'\ntypo = 'hunter2'\n")
    with pytest.raises(BadConnection) as refused:
        parameters(file, "main")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("setting", ["private_key_file", "private_key_path"])
def test_a_key_s_path_counts_from_the_file_s_folder(file: Path, setting: str) -> None:
    key = file.parent / "key.p8"
    key.write_text("k")
    key.chmod(0o600)
    found = parameters(write(file, PLAIN + f"{setting} = 'key.p8'\n"), "main")
    assert found["private_key_file"] == str(key)
    assert found["authenticator"] == "SNOWFLAKE_JWT"
    assert "private_key_path" not in found


def test_an_authenticator_that_is_named_stays(file: Path) -> None:
    key = file.parent / "key.p8"
    key.write_text("k")
    key.chmod(0o400)
    write(file, PLAIN + f"private_key_file = '{key}'\nauthenticator = 'X'\n")
    assert parameters(file, "main")["authenticator"] == "X"


def test_a_key_under_the_home_folder_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(file.parent))
    key = file.parent / "key.p8"
    key.write_text("k")
    key.chmod(0o600)
    assert parameters(write(file, PLAIN + "private_key_file = '~/key.p8'\n"), "main")["private_key_file"] == str(key)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    key = file.parent / "key.p8"
    key.write_text("k")
    key.chmod(mode)
    with pytest.raises(BadConnection, match=r"\[main\].*others may read.*chmod 600"):
        parameters(write(file, PLAIN + "private_key_file = 'key.p8'\n"), "main")


class StandIn(types.ModuleType):
    """What `import snowflake.connector` finds: remembers what it was asked, or refuses."""

    def __init__(self, version: str, refusal: Exception | None = None) -> None:
        super().__init__("snowflake.connector")
        self.__version__ = version
        self.refusal = refusal
        self.asked: dict[str, Any] = {}

    def connect(self, **asked: Any) -> object:
        self.asked = asked
        if self.refusal:
            raise self.refusal
        return object()


def stand_in(monkeypatch: pytest.MonkeyPatch, version: str = "5.2.0", refusal: Exception | None = None) -> StandIn:
    made = StandIn(version, refusal)
    parent = types.ModuleType("snowflake")
    parent.connector = made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "snowflake", parent)
    monkeypatch.setitem(sys.modules, "snowflake.connector", made)
    return made


@pytest.mark.parametrize(
    ("version", "limit"), [("5.2.0", "query_timeout"), ("6.0.1", "query_timeout"), ("4.8.1", "network_timeout")]
)
def test_each_connector_line_gets_its_limits(
    file: Path, monkeypatch: pytest.MonkeyPatch, version: str, limit: str
) -> None:
    made = stand_in(monkeypatch, version)
    assert isinstance(connect(write(file, PLAIN), "main", "firn:run"), ConnectorClient)
    assert made.asked["login_timeout"] == module.LOGIN_SECONDS
    assert made.asked[limit] > module.STATEMENT_SECONDS
    assert ("query_timeout" in made.asked) != ("network_timeout" in made.asked)


def test_a_session_is_tagged_and_says_who_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stand_in(monkeypatch)
    connect(write(file, PLAIN), "main", "firn:run:7")
    assert made.asked["session_parameters"] == {"QUERY_TAG": "firn:run:7", "STATEMENT_TIMEOUT_IN_SECONDS": 60}
    assert (made.asked["application"], made.asked["account"]) == ("Firn", "FIRN-LAKE")
    assert made.asked["client_session_keep_alive"] is False


@pytest.mark.parametrize(("version", "limit"), [("5.2.0", "query_timeout"), ("4.8.1", "network_timeout")])
def test_a_session_for_what_takes_long_has_limits_of_its_own(
    file: Path, monkeypatch: pytest.MonkeyPatch, version: str, limit: str
) -> None:
    made = stand_in(monkeypatch, version)
    connect(write(file, PLAIN), "main", "firn:run", seconds=300)
    assert made.asked["session_parameters"]["STATEMENT_TIMEOUT_IN_SECONDS"] == 300
    assert made.asked[limit] > 300


@pytest.mark.parametrize(("given", "left"), [(None, "true"), ("false", "false")])
def test_no_cloud_is_asked_where_it_runs_unless_the_operator_wants_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, left: str
) -> None:
    # Written first, so that what `connect` sets is undone, too.
    monkeypatch.setenv(DETECTION, given or "")
    if given is None:
        monkeypatch.delenv(DETECTION)
    stand_in(monkeypatch)
    connect(write(file, PLAIN), "main", "firn:run")
    assert os.environ[DETECTION] == left


def test_a_refused_sign_in_is_our_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(
        "DatabaseError", (Exception,), {"__module__": "snowflake.connector.errors", "errno": 390100, "msg": "no"}
    )
    stand_in(monkeypatch, refusal=kind())
    with pytest.raises(SnowflakeError) as refused:
        connect(write(file, PLAIN), "main", "t")
    assert refused.value.code == 390100
    assert refused.value.__cause__ is not None


def test_a_bad_file_is_said_before_the_connector_is_loaded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stand_in(monkeypatch)
    with pytest.raises(BadConnection):
        connect(file, "main", "t")
    assert made.asked == {}


def fresh_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_importing_everything_here_loads_no_connector() -> None:
    code = (
        "import sys, shares.snowflake.connect, shares.snowflake.client, shares.snowflake.inspect, shares.snowflake.sql;"
        "print([name for name in sys.modules if name.startswith('snowflake')])"
    )
    assert fresh_process(code) == "[]"


def test_the_core_loads_the_standard_library_only() -> None:
    code = (
        "import sys, pkgutil, importlib, shares.core;"
        "[importlib.import_module(f'shares.core.{m.name}') for m in pkgutil.iter_modules(shares.core.__path__)];"
        "top = {name.partition('.')[0] for name in sys.modules};"
        "print(sorted(top & {'django', 'allauth', 'portal', 'snowflake', 'sqlglot', 'sandbox', 'django_q'}))"
    )
    assert fresh_process(code) == "[]"
