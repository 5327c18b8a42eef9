"""Reads the environment variables that configure Firn; a wrong value stops the start with the variable's
name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.env_table import VARIABLES

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def wrong(name: str, value: str | None = None) -> ImproperlyConfigured:
    """The error for a variable; the value of a secret, or of a URL that may hold one, is never repeated."""
    variable = VARIABLES[name]
    if value is None:
        return ImproperlyConfigured(f"{name} is not set. Allowed: {variable.allowed}.")
    shown = "a value that cannot be used" if variable.secret else repr(value)
    return ImproperlyConfigured(f"{name} is {shown}. Allowed: {variable.allowed}.")


def raw(name: str) -> str | None:
    """The text of NAME, or of the file that NAME_FILE names (secrets only), or the default of the table."""
    variable = VARIABLES[name]
    value = os.environ.get(name)
    path = os.environ.get(f"{name}_FILE") if variable.secret else None
    if path and value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Allowed: one of them.")
    if path:
        value = _read_secret(name, path)
    if value is None or value.strip() == "":
        return variable.default
    return value.strip()


def _read_secret(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names an empty file. Allowed: {VARIABLES[name].allowed}.")
    return value


def text(name: str, pattern: str = r".+") -> str:
    """A required text that matches `pattern` as a whole."""
    value = raw(name)
    if value is None or not re.fullmatch(pattern, value):
        raise wrong(name, value)
    return value


def boolean(name: str) -> bool | None:
    """True, False, or None where the variable is unset and has no default."""
    value = raw(name)
    if value is None:
        return None
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise wrong(name, value)


def integer(name: str, low: int, high: int) -> int:
    value = raw(name)
    if value is None or not re.fullmatch(r"-?[0-9]{1,9}", value) or not low <= int(value) <= high:
        raise wrong(name, value)
    return int(value)


def webhook(name: str, secret: str) -> tuple[str, str]:
    """An address to post to and the secret that signs it; both empty where the address is unset."""
    address = raw(name)
    if address is None:
        return "", ""
    local = r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/\S*)?"
    if not re.fullmatch(rf"https://[^\s/@]+(/\S*)?|{local}", address):
        raise wrong(name, address)
    return address, text(secret, r"\S{24,}")


def comma_list(name: str) -> list[str]:
    """The parts of a comma-separated list; empty where the variable is unset."""
    return [part.strip() for part in (raw(name) or "").split(",") if part.strip()]


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`, whatever the case it was typed in."""
    value = (raw(name) or "").upper()
    if value not in allowed:
        raise wrong(name, raw(name))
    return value


def path(name: str) -> Path:
    return Path(text(name)).expanduser()
