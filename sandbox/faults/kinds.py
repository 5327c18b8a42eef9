"""Every fault by its name: what it does, and whether the statement is carried out before it strikes.

What a driver shows of each is asserted in tests/sandbox/client/test_faults_*.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import fail

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Fault:
    """`way` names the function that does it (sandbox.faults.ways); `options` are its settings, which arming may change.

    `phase` says when: before the statement is carried out, which it then is not, or after, when its answer is hurt.
    `on` is what it strikes when nothing else is asked for: see sandbox.faults.facts.
    """

    name: str
    way: str
    words: str
    phase: str = BEFORE
    on: str = "statement"
    options: dict[str, Any] = field(default_factory=dict)


_STATUSES = {
    307: "Temporary Redirect, to the same address",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    429: "Too Many Requests, with Retry-After",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_WIRE = {
    "reset": ("reset", "The connection is reset (TCP RST)"),
    "close": ("close", "The connection ends without an answer (TCP FIN)"),
    "half-headers": ("half_headers", "The connection ends within the headers"),
    "half-body": ("half_body", "The connection ends within the body"),
    "garbage": ("garbage", "Status 200 and a body that is no JSON"),
    "empty": ("empty", "Status 200 and no body"),
    "short-body": ("short_body", "Half of the body, with the length that it then has"),
    "bad-status-line": ("bad_status_line", "An answer that is no HTTP"),
    "json-null": ("json_null", "Status 200 and the JSON value null"),
    "other-json": ("other_json", "Status 200 and a JSON list"),
    "no-data": ("no_data", "Success without data"),
    "no-code": ("no_code", "A refusal without code or message"),
    "wrong-encoding": ("wrong_encoding", "A body that says it is gzip and is not"),
    "hang": ("hang", "No answer at all for `seconds`, then the connection ends"),
}
# code: name, text.
_LOGIN = {
    390100: ("wrong-credentials", "Incorrect username or password was specified."),
    390101: ("user-disabled", "User access disabled. Contact your local system administrator."),
    390102: ("user-locked", "User temporarily locked. Try again later, or contact your local system administrator."),
    390103: ("password-expired", "The user's password must be changed before logging in."),
    390144: ("jwt-invalid", "JWT token is invalid. [00000000-0000-0000-0000-000000000000]"),
    390189: ("role-not-granted", "Role specified in the connect string is not granted to this user."),
    390195: ("id-token-invalid", "The provided ID Token is invalid."),
    390201: ("object-missing", "The requested database does not exist or not authorized."),
    390303: ("oauth-invalid", "Invalid OAuth access token. [00000000-0000-0000-0000-000000000000]"),
    390318: ("oauth-expired", "OAuth access token expired. [00000000-0000-0000-0000-000000000000]"),
    390422: ("network-policy", "Incoming request with IP/Token 127.0.0.1 is not allowed to access Snowflake."),
    394302: ("jwt-not-yet-valid", "JWT token is not valid yet."),
    394304: ("jwt-other-key", "JWT token does not match any public key of the user."),
}
_SESSION = {
    390104: ("token-unknown", "Session no longer exists. New login required to access the service."),
    390110: ("id-token-expired", "Token has expired. Authenticate again."),
    390111: ("session-gone", "Session no longer exists. New login required to access the service."),
    390112: ("session-expired", "Your session has expired."),
    390113: ("master-unknown", "Authentication token is invalid. The user must authenticate again."),
    390114: ("master-expired", "Authentication token has expired. The user must authenticate again."),
    390115: ("master-invalid", "Authentication token is invalid. The user must authenticate again."),
}
# name: its key in sandbox/refusals, the one table of them, and what fills its text.
_STATEMENT: dict[str, tuple[str, dict[str, Any]]] = {
    "internal-error": ("incident", {"incident": 1}),
    "canceled": ("canceled", {}),
    "not-executing": ("not_executing", {}),
    "no-warehouse": ("no_warehouse", {}),
    "warehouse-gone": ("suspended", {"name": "WH", "monitor": "RM"}),
    "quota-exceeded": ("quota", {"name": "WH", "monitor": "RM"}),
    "lock-timeout": ("conflict", {"query": "x", "name": "X"}),
    "timeout": ("timeout", {"seconds": 60}),
    "invalid-identifier": ("identifier", {"line": 1, "position": 7, "name": "X"}),
    "syntax-error": ("syntax", {"line": 1, "position": 0, "token": "X"}),
    "missing": ("missing", {"kind": "Object", "name": "X"}),
    "missing-operation": ("missing_operation", {}),
    "no-privilege": ("privileges", {"kind": "account", "name": "X"}),
    "mount-gone": ("mount_broken", {}),
    "account-refused": ("accounts_refused", {"names": "X"}),
    "too-many-accounts": ("too_many_accounts", {}),
    "edition-refused": ("edition", {"names": "X"}),
    "other-database": ("share_database", {"name": "X"}),
    "not-secure": ("not_secure", {}),
    "not-a-timestamp": ("not_a_timestamp", {"detail": "Timestamp 'x' is not recognized"}),
    "not-a-number": ("conversion", {"detail": "Numeric value 'x' is not recognized"}),
    "division": ("division", {}),
    "file-missing": ("stage_file", {"name": "x"}),
}
_OTHERS = [
    Fault("latency", "latency", "Waits `milliseconds`, then goes on as always", options={"milliseconds": 200}),
    Fault("latency-after", "latency", "Is carried out; its answer waits", AFTER, options={"milliseconds": 200}),
    Fault("slow", "latency", "Waits ten seconds, then goes on as always", options={"milliseconds": 10_000}),
    Fault("slow-after", "latency", "Is carried out; its answer comes late", AFTER, options={"milliseconds": 10_000}),
    Fault("drip", "drip", "The answer comes one byte every `milliseconds`", AFTER, options={"milliseconds": 1000}),
    Fault("hold", "hold", "Waits until it is let go, `seconds` at most", options={"seconds": 60}),
    Fault("hold-after", "hold", "Is carried out; its answer waits until it is let go", AFTER, options={"seconds": 60}),
    Fault("did-nothing", "did_nothing", "Says that it succeeded, and did nothing"),
    Fault("show-empty", "cut", "SHOW answers no row", AFTER, "SHOW", {"rows": 0}),
    Fault("show-cut", "cut", "SHOW answers its first `rows` rows only", AFTER, "SHOW", {"rows": 1}),
    Fault("show-stale", "stale", "SHOW answers what it answered the last time", BEFORE, "SHOW"),
    Fault(
        "show-more-columns",
        "more_columns",
        "SHOW answers one `column` more, in front of the known ones",
        AFTER,
        "SHOW",
        {"column": "new_column"},
    ),
    Fault(
        "stale",
        "as_of",
        "SHOW, DESCRIBE and INFORMATION_SCHEMA answer as of `changes` ago, or `seconds` ago, or when it was armed",
        BEFORE,
        "LOOK",
        {"changes": 0, "seconds": 0.0},
    ),
    Fault("twice", "twice", "Is carried out twice, as if it had been sent under two request ids"),
    Fault("no-dedupe", "no_dedupe", "A request id that was seen before is carried out again"),
    Fault("in-progress", "in_progress", "Is carried out; the driver is told to come back for the result", AFTER),
    Fault(
        "result-lost",
        "code",
        "The result that the driver comes back for is gone",
        on="result",
        options={"code": 1003, "sqlstate": "02000", "text": "Query not found."},
    ),
    Fault(
        "external",
        "external",
        "Somebody else changes something first: `statements` as `account`",
        options={"account": "", "role": "ACCOUNTADMIN", "statements": []},
    ),
    Fault(
        "external-after",
        "external",
        "Is carried out; before its answer somebody else changes something",
        AFTER,
        options={"account": "", "role": "ACCOUNTADMIN", "statements": []},
    ),
    Fault(
        "unknown-account-silent",
        "silent",
        "An account that cannot be added is passed over in silence",
        AFTER,
        "SHARE",
        {"code": 3516},
    ),
    Fault("kill", "kill", "The sandbox dies (SIGKILL) before the statement"),
    Fault("kill-after", "kill", "The sandbox dies (SIGKILL) after the statement, before its answer", AFTER),
    Fault("token-expires", "expire", "The session's token expires now", options={"what": "session"}),
    Fault(
        "token-expires-after",
        "expire",
        "Is carried out; then the session's token expires",
        AFTER,
        options={"what": "session"},
    ),
    Fault("tokens-expire", "expire", "The session cannot even be renewed any more", options={"what": "master"}),
    Fault("tokens-expire-after", "expire", "Is carried out; then that", AFTER, options={"what": "master"}),
    Fault("session-ends", "expire", "The session ends, and what it had not committed", options={"what": "gone"}),
    Fault("session-ends-after", "expire", "Is carried out; then the session ends", AFTER, options={"what": "gone"}),
    Fault(
        "clock-skew",
        "clock_skew",
        "A key pair's token is judged by a clock that is `seconds` ahead",
        on="login",
        options={"seconds": 600},
    ),
    Fault("refused", "refused", "Reset, and nobody listens for `seconds`", options={"seconds": 5}),
    Fault("no-connections", "no_connections", "New connections are reset for `seconds`", options={"seconds": 5}),
]


def _every() -> list[Fault]:
    found = []
    for status, words in _STATUSES.items():
        options = {"status": status, "retry_after": 1 if status == 429 else None}
        found.append(Fault(f"http-{status}", "status", f"HTTP {status}: {words}", options=options))
        found.append(
            Fault(f"http-{status}-after", "status", f"HTTP {status}, though it is done", AFTER, options=options)
        )
    for name, (way, words) in _WIRE.items():
        options = {"seconds": 30} if way == "hang" else {}
        found.append(Fault(name, way, words, options=options))
        found.append(Fault(f"{name}-after", way, f"{words}, though it is done", AFTER, options=options))
    for code, (name, text) in _LOGIN.items():
        found.append(Fault(name, "refuse", f"{code} at login", on="login", options={"code": code, "text": text}))
    for code, (name, text) in _SESSION.items():
        said = {"code": code, "text": text}
        found.append(Fault(name, "refuse", f"{code} for a statement", options=said))
        found.append(Fault(f"{name}-after", "refuse", f"{code}, though it is done", AFTER, options=said))
    for name, (key, values) in _STATEMENT.items():
        error = fail(key, **values)
        told = {"code": error.code, "sqlstate": error.sqlstate, "text": error.text}
        found.append(Fault(name, "code", f"{error.code:06d} for a statement", options=told))
        found.append(Fault(f"{name}-after", "code", f"{error.code:06d}, though it is done", AFTER, options=told))
    return found + _OTHERS


FAULTS: dict[str, Fault] = {fault.name: fault for fault in _every()}
