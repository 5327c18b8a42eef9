"""What kind of statement a text is, by its first words: for the log's counters and for the choice of a fault."""

from __future__ import annotations

import re
from functools import lru_cache

READS = {"SELECT", "SHOW", "DESCRIBE"}
WRITES = {"DDL", "GRANT", "DML"}
KINDS = {
    **dict.fromkeys(("SELECT", "WITH", "VALUES"), "SELECT"),
    "SHOW": "SHOW",
    **dict.fromkeys(("DESC", "DESCRIBE"), "DESCRIBE"),
    **dict.fromkeys(("CREATE", "ALTER", "DROP", "UNDROP", "COMMENT"), "DDL"),
    **dict.fromkeys(("GRANT", "REVOKE"), "GRANT"),
    **dict.fromkeys(("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY"), "DML"),
    "USE": "SESSION",
    **dict.fromkeys(("START", "COMMIT", "ROLLBACK"), "TRANSACTION"),
    **dict.fromkeys(("SET", "UNSET"), "SESSION"),
    **dict.fromkeys(("DECLARE", "EXECUTE", "CALL"), "SCRIPT"),
    **dict.fromkeys(("PUT", "GET", "LIST", "LS", "REMOVE", "RM"), "FILE"),
}
# Beside its kind a statement may be of these classes.
MORE = ("SHARE", "INFORMATION", "LOOK", "READ", "WRITE")
CLASSES = sorted({*KINDS.values(), "OTHER", *MORE})

_BEFORE = re.compile(r"(?:[\s(;]|--[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"\w+")
_TRANSACTION = re.compile(r"BEGIN\s*(?:;|$|(?:TRANSACTION|WORK|NAME)\b)", re.IGNORECASE)
_SESSION = re.compile(r"ALTER\s+SESSION\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:CREATE(?:\s+OR\s+(?:REPLACE|ALTER))?|ALTER|DROP)\s+SHARE\b"
    r"|(?:GRANT|REVOKE)\b.*\b(?:TO|FROM)\s+SHARE\b"
    r"|CREATE\s+DATABASE\b.*\bFROM\s+SHARE\b",
    re.IGNORECASE | re.DOTALL,
)
_INFORMATION = re.compile(r"\b(?:INFORMATION_SCHEMA|ACCOUNT_USAGE)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def kind_of(sql: str) -> str:
    """The one kind of a statement, as counters keep it; OTHER when its first word says nothing."""
    text = sql[_end_of(_BEFORE.match(sql)) :]
    word = _WORD.match(text)
    first = word[0].upper() if word else ""
    if first == "BEGIN":
        return "TRANSACTION" if _TRANSACTION.match(text) else "SCRIPT"
    if _SESSION.match(text):
        return "SESSION"
    return KINDS.get(first, "OTHER")


@lru_cache(maxsize=4096)
def classes_of(sql: str) -> frozenset[str]:
    """All classes of a statement: its kind, and SHARE, INFORMATION, LOOK, READ or WRITE where they fit."""
    kind = kind_of(sql)
    found = {kind}
    if kind in READS:
        found.add("READ")
    if kind in WRITES:
        found.add("WRITE")
    if kind in ("DDL", "GRANT") and _SHARE.match(sql[_end_of(_BEFORE.match(sql)) :]):
        found.add("SHARE")
    if kind == "SELECT" and _INFORMATION.search(sql):
        found.add("INFORMATION")
    if found & {"SHOW", "DESCRIBE", "INFORMATION"}:
        found.add("LOOK")
    return frozenset(found)


def _end_of(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
