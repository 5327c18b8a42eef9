"""Every fault by its name: what it does, and whether the statement is carried out before it strikes.

What a driver shows of each is asserted in tests/sandbox/client/test_faults_*.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
    "other-json": ("other_json", "Status 200 and a JSON list"),
    "no-data": ("no_data", "Success without data"),
    "no-code": ("no_code", "A refusal without code or message"),
    "wrong-encoding": ("wrong_encoding", "A body that says it is gzip and is not"),
    "hang": ("hang", "No answer at all for `seconds`, then the connection ends"),
}
# code: name, SQLSTATE, text. Texts and codes: see sandbox/refusals for their sources; those not there are unconfirmed.
_LOGIN = {
    390100: ("wrong-credentials", "Incorrect username or password was specified."),
    390101: ("user-disabled", "User access disabled. Contact your local system administrator."),
    390102: ("user-locked", "User temporarily locked. Try again later, or contact your local system administrator."),
    390144: ("jwt-invalid", "JWT token is invalid. [00000000-0000-0000-0000-000000000000]"),
    390189: ("role-not-granted", "Role specified in the connect string is not granted to this user."),
    390201: ("object-missing", "The requested database does not exist or not authorized."),
    390303: ("oauth-invalid", "Invalid OAuth access token. [00000000-0000-0000-0000-000000000000]"),
    390318: ("oauth-expired", "OAuth access token expired. [00000000-0000-0000-0000-000000000000]"),
    390422: ("network-policy", "Incoming request with IP/Token 127.0.0.1 is not allowed to access Snowflake."),
}
_SESSION = {
    390104: ("token-unknown", "Session no longer exists. New login required to access the service."),
    390111: ("session-gone", "Session no longer exists. New login required to access the service."),
    390112: ("session-expired", "Your session has expired."),
    390113: ("master-unknown", "Authentication token is invalid. The user must authenticate again."),
    390114: ("master-expired", "Authentication token has expired. The user must authenticate again."),
}
_STATEMENT = {
    603: ("internal-error", "XX000", "SQL execution internal error: Processing aborted by error 300010:1."),
    604: ("canceled", "57014", "SQL execution canceled"),
    606: ("no-warehouse", "57P03", "No active warehouse selected in the current session."),
    608: ("warehouse-gone", "57P03", "Warehouse 'WH' cannot be resumed because resource monitor 'RM' has exceeded."),
    625: ("lock-timeout", "57014", "Statement was aborted because the number of waiters for this lock exceeds."),
    630: ("timeout", "57014", "Statement reached its statement or warehouse timeout of 60 second(s) and was canceled."),
    904: ("invalid-identifier", "42000", "SQL compilation error: error line 1 at position 7\ninvalid identifier 'X'"),
    1003: ("syntax-error", "42000", "SQL compilation error:\nsyntax error line 1 at position 0 unexpected 'X'."),
    2003: ("missing", "02000", "SQL compilation error:\nObject 'X' does not exist or not authorized."),
    2043: ("missing-operation", "02000", "SQL compilation error:\nObject does not exist, or operation cannot be done."),
    3001: ("no-privilege", "42501", "SQL access control error:\nInsufficient privileges to operate on account 'X'."),
    3030: ("mount-gone", "02000", "SQL compilation error:\nShared database is no longer available for use."),
    3516: ("account-refused", "22023", "SQL compilation error: Following accounts cannot be added to this share: X."),
    3517: ("too-many-accounts", "0A000", "SQL compilation error:\nCannot add or remove more than 10 accounts at once."),
    3033: ("other-database", "0A000", "SQL compilation error:\nDatabase 'X' does not belong to the shared database."),
    90838: ("not-secure", "42501", "Non-secure object can only be granted to shares with property set to false."),
    100038: ("not-a-number", "22018", "Numeric value 'x' is not recognized"),
    100051: ("division", "22012", "Division by zero"),
}
_OTHERS = [
    Fault("latency", "latency", "Waits `milliseconds`, then goes on as always", options={"milliseconds": 200}),
    Fault("slow", "latency", "Waits ten seconds, then goes on as always", options={"milliseconds": 10_000}),
    Fault("drip", "drip", "The answer comes one byte every `milliseconds`", AFTER, options={"milliseconds": 1000}),
    Fault("hold", "hold", "Waits until it is let go, `seconds` at most", options={"seconds": 60}),
    Fault("hold-after", "hold", "Is carried out; its answer waits until it is let go", AFTER, options={"seconds": 60}),
    Fault("did-nothing", "did_nothing", "Says that it succeeded, and did nothing"),
    Fault("show-empty", "cut", "SHOW answers no row", AFTER, "SHOW", {"rows": 0}),
    Fault("show-cut", "cut", "SHOW answers its first `rows` rows only", AFTER, "SHOW", {"rows": 1}),
    Fault("show-stale", "stale", "SHOW answers what it answered the last time", BEFORE, "SHOW"),
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
        "unknown-account-silent",
        "silent",
        "An account that cannot be added is passed over in silence",
        AFTER,
        "SHARE",
        {"code": 3516},
    ),
    Fault("kill", "kill", "The sandbox dies (SIGKILL) before the statement"),
    Fault("kill-after", "kill", "The sandbox dies (SIGKILL) after the statement, before its answer", AFTER),
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
        found.append(Fault(name, "refuse", f"{code} for a statement", options={"code": code, "text": text}))
    for code, (name, state, text) in _STATEMENT.items():
        said = {"code": code, "sqlstate": state, "text": text}
        found.append(Fault(name, "code", f"{code:06d} for a statement", options=said))
    for name in ("internal-error", "canceled", "lock-timeout", "timeout"):
        known = next(fault for fault in found if fault.name == name)
        found.append(Fault(f"{name}-after", "code", f"{known.words}, though it is done", AFTER, options=known.options))
    return found + _OTHERS


FAULTS: dict[str, Fault] = {fault.name: fault for fault in _every()}
