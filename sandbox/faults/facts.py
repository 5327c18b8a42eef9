"""What a request is, as far as a fault may ask: which class of request, whose, and with which text."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import Any

from sandbox.classes import CLASSES, classes_of

# A statement is of the class STATEMENT and of those of sandbox.classes, and every request of ANY.
ON = sorted({*CLASSES, "STATEMENT", "LOGIN", "RENEW", "HEARTBEAT", "RESULT", "ABORT", "ANY"})
_PATHS = {
    "/session/v1/login-request": "LOGIN",
    "/session/token-request": "RENEW",
    "/session/heartbeat": "HEARTBEAT",
    "/queries/v1/query-request": "STATEMENT",
    "/queries/v1/abort-request": "ABORT",
}


@dataclass(frozen=True)
class Facts:
    """`classes` are all classes that the request belongs to; `sql` is empty unless it is a statement."""

    classes: frozenset[str]
    sql: str = ""
    account: str = ""
    user: str = ""


def of_statement(sql: str, account: str, user: str) -> Facts:
    return Facts(classes_of(sql) | {"STATEMENT", "ANY"}, sql, account, user)


def facts_of(path: str, body: bytes, account: str, user: str) -> Facts:
    """`account` and `user` are the session's; of a login they stand in its body."""
    kind = _PATHS.get(path) or ("RESULT" if path.startswith(("/queries/", "/results/")) else "")
    said = _said(body) if kind in ("LOGIN", "STATEMENT") else {}
    if kind == "STATEMENT":
        sql = str(said.get("sqlText") or "")
        return of_statement(sql, account, user)
    data = said.get("data")
    if kind == "LOGIN" and isinstance(data, dict):
        account, user = str(data.get("ACCOUNT_NAME") or ""), str(data.get("LOGIN_NAME") or "")
    return Facts(frozenset({kind, "ANY"} - {""}), "", account.upper(), user.upper())


def plain(body: bytes) -> bytes:
    """A body as it was before a driver zipped it; empty when it cannot be read."""
    try:
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    except (OSError, EOFError, zlib.error):
        return b""


def _said(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(plain(body))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
