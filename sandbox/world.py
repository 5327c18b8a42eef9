"""The world file: organizations, accounts, users and the files that fill their tables."""

from __future__ import annotations

import importlib.util
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.regions import FIELDS, Region, table

EDITIONS = ("STANDARD", "ENTERPRISE", "BUSINESS_CRITICAL")
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_KEYS = {
    "account": {
        "organization",
        "name",
        "locator",
        "region",
        "edition",
        "user",
        "table",
        "setup",
        "stage_roots",
        "usage_lag_minutes",
    },
    "user": {
        "name",
        "password",
        "token",
        "rsa_public_key_file",
        "default_role",
        "default_warehouse",
        "roles",
        "type",
        "default_secondary_roles",
    },
    "table": {"database", "schema", "name", "file", "columns"},
}


class WorldError(Exception):
    """What is wrong with a world file, in a sentence."""


@dataclass
class User:
    """`public_key` is the text of the key file, `token` the secret of a programmatic access token."""

    name: str
    password: str | None
    public_key: str | None
    default_role: str
    default_warehouse: str | None
    roles: list[str]
    type: str
    secondary: str = ""
    token: str | None = None


@dataclass
class Table:
    """`columns` overrides the inferred Snowflake types, by upper-case name."""

    database: str
    schema: str
    name: str
    file: Path
    columns: dict[str, str]


@dataclass
class Account:
    """One account; `setup` are the SQL scripts run once as ACCOUNTADMIN, `usage_lag` minutes by view."""

    organization: str
    name: str
    locator: str
    region: Region
    edition: str
    users: list[User] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    setup: list[Path] = field(default_factory=list)
    stage_roots: list[Path] = field(default_factory=list)
    usage_lag: float | dict[str, float] | None = None


def load(path: Path) -> list[Account]:
    """The accounts of a world file; WorldError says what is wrong and where."""
    raw = _read(path)
    unknown = set(raw) - {"account", "region", "fault"}
    if unknown or not isinstance(raw.get("account"), list) or not raw["account"]:
        raise WorldError(f"the world file {path} needs [[account]] entries; besides them [[region]] and [[fault]] only")
    known = table() | {region.snowflake_region: region for region in map(_region, raw.get("region", []))}
    accounts = [_account(entry, path.parent, known) for entry in raw["account"]]
    _check_unique(accounts)
    return accounts


def faults_in(path: Path) -> list[dict[str, Any]]:
    """What the world file arms from the beginning, as the control endpoint takes it (sandbox.faults.control)."""
    found = _read(path).get("fault", [])
    if not isinstance(found, list):
        raise WorldError(f"the world file {path}: write [[fault]], with two brackets")
    return [dict(entry) for entry in found]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorldError(f"cannot read the world file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorldError(f"the world file {path} is not valid TOML: {error}") from error


def _check_unique(accounts: list[Account]) -> None:
    names = [(a.organization, a.name) for a in accounts]
    places = [(a.locator, a.region.snowflake_region) for a in accounts]
    for keys, what in ((names, "organization and name"), (places, "locator and region")):
        for key in keys:
            if keys.count(key) > 1:
                raise WorldError(f"two accounts have the same {what}: {' '.join(key)}")


def _region(entry: dict[str, Any]) -> Region:
    """A region that Snowflake's list does not have; the fields are those of `data/regions.csv`."""
    unknown = set(entry) - FIELDS
    if unknown:
        raise WorldError(f"[[region]] does not know {', '.join(sorted(unknown))}; it knows {', '.join(sorted(FIELDS))}")
    name = _upper(entry, "snowflake_region", "a region")
    cloud, where = str(entry.get("cloud", "")).lower(), str(entry.get("cloud_region", "")).lower()
    if not cloud or not where:
        raise WorldError(f"region {name}: needs a cloud and a cloud_region")
    rest = {key: str(entry[key]) for key in ("region_group", "domain") if key in entry}
    suffix = str(entry.get("locator_suffix", f"{where}.{cloud}")).lower()
    return Region(name, cloud, where, str(entry.get("display_name", where)), suffix, **rest)


def _account(entry: dict[str, Any], base: Path, known: dict[str, Region]) -> Account:
    _only(entry, "account")
    name = _upper(entry, "name", "an account")
    where = f"account {name}"
    edition = str(entry.get("edition", "ENTERPRISE")).upper()
    if edition not in EDITIONS:
        raise WorldError(f"{where}: edition {edition} is none of {', '.join(EDITIONS)}")
    organization = _upper(entry, "organization", where)
    if "_" in organization:
        raise WorldError(f"{where}: organization {organization} may hold letters and digits only")
    region = known.get(_upper(entry, "region", where))
    if region is None:
        raise WorldError(f"{where}: Snowflake has no region {entry['region']}; add a [[region]] to use another one")
    account = Account(organization, name, _upper(entry, "locator", where), region, edition)
    account.users = [_user(u, base, where) for u in entry.get("user", [])]
    account.tables = [_table(t, base, where) for t in entry.get("table", [])]
    account.stage_roots = [_folder(f, base, where) for f in entry.get("stage_roots", [])]
    account.setup = [_file(s, base, where) for s in entry.get("setup", [])]
    account.usage_lag = _lag(entry, where)
    return account


def _lag(entry: dict[str, Any], where: str) -> float | dict[str, float] | None:
    """Minutes that ACCOUNT_USAGE is late: for all its views, or by name of the view."""
    found = entry.get("usage_lag_minutes")
    values = list(found.values()) if isinstance(found, dict) else [found] if found is not None else []
    if any(isinstance(v, bool) or not isinstance(v, (int, float)) or v < 0 for v in values):
        raise WorldError(f"{where}: usage_lag_minutes is a number of minutes, or a table of them by view")
    return found


def _user(entry: dict[str, Any], base: Path, where: str) -> User:
    _only(entry, "user")
    name = _upper(entry, "name", where)
    key_file = entry.get("rsa_public_key_file")
    key = _file(str(key_file), base, f"{where}, user {name}").read_text() if key_file else None
    if key is None and not {"password", "token"} & set(entry):
        raise WorldError(f"{where}, user {name}: needs a password, a token or an rsa_public_key_file")
    password = _expanded(str(entry["password"]), where) if "password" in entry else None
    token = _expanded(str(entry["token"]), where) if "token" in entry else None
    roles = [str(r).upper() for r in entry.get("roles", [])]
    default = str(entry.get("default_role", roles[0] if roles else "PUBLIC")).upper()
    warehouse = entry.get("default_warehouse")
    return User(
        name,
        password,
        key,
        default,
        str(warehouse).upper() if warehouse else None,
        list(dict.fromkeys([*roles, default])),
        str(entry.get("type", "PERSON")).upper(),
        _secondary(entry, f"{where}, user {name}"),
        token,
    )


def _secondary(entry: dict[str, Any], where: str) -> str:
    value = str(entry.get("default_secondary_roles", "NONE")).upper()
    if value not in ("ALL", "NONE"):
        raise WorldError(f"{where}: default_secondary_roles is ALL or NONE")
    return "ALL" if value == "ALL" else ""


def _table(entry: dict[str, Any], base: Path, where: str) -> Table:
    _only(entry, "table")
    name = _upper(entry, "name", where)
    if "file" not in entry:
        raise WorldError(f"{where}, table {name}: needs a file")
    columns = {str(k).upper(): str(v) for k, v in dict(entry.get("columns", {})).items()}
    return Table(
        _upper(entry, "database", where),
        _upper(entry, "schema", where),
        name,
        _file(str(entry["file"]), base, f"{where}, table {name}"),
        columns,
    )


def _only(entry: dict[str, Any], kind: str) -> None:
    unknown = set(entry) - _KEYS[kind]
    if unknown:
        raise WorldError(
            f"[[{kind}]] does not know {', '.join(sorted(unknown))}; it knows {', '.join(sorted(_KEYS[kind]))}"
        )


def _upper(entry: dict[str, Any], key: str, where: str) -> str:
    value = str(entry.get(key, "")).upper()
    if not _NAME.fullmatch(value):
        raise WorldError(f"{where}: {key} {entry.get(key)!r} must be a name of letters, digits and underscores")
    return value


def _expanded(text: str, where: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if not found:
            raise WorldError(f"{where}: the environment variable {match[1]} is not set")
        return found

    return _VARIABLE.sub(value, text)


def _file(text: str, base: Path, where: str) -> Path:
    """A file beside the world file, or `package:name/path` inside an installed package, which is not imported."""
    text = _expanded(text, where)
    path = _in_package(text[8:], where) if text.startswith("package:") else base / text
    if not path.is_file():
        raise WorldError(f"{where}: there is no file {path}")
    return path


def _folder(text: str, base: Path, where: str) -> Path:
    """A folder that external stages of the account may lie in."""
    path = (base / _expanded(text, where)).resolve()
    if not path.is_dir():
        raise WorldError(f"{where}: there is no folder {path}")
    return path


def _in_package(text: str, where: str) -> Path:
    name, _, rest = text.partition("/")
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise WorldError(f"{where}: the Python package {name} is not installed")
    return Path(places[0]) / rest
