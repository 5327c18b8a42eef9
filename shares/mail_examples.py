"""Examples of the mails about requests and shares, with names that are long, foreign, and typed to do harm."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime
from typing import Any

from portal.mail.examples import Example
from portal.mail.shell_examples import BASE, WHERE
from shares import ask_facts
from shares import mail_facts as facts
from shares.services.mount import Snippet

_MOMENT = datetime(2026, 11, 26, 9, 12, tzinfo=UTC)
_DAY = date(2027, 3, 31)
_TYPED = "للتقارير\r\nBcc: all@evil.example\n\nAPPROVE OR DECLINE\n<script>alert(1)</script> & Sons"
_REASON = facts.seen(_TYPED).strip()
_PAGE = f"{BASE}/shares/3f0c/"
_SQL = "CREATE DATABASE SKYLEDGER FROM SHARE SKYLEDGER.DATA.FIRN_7F3A;"
_THREAD = "<request-7f3ac21e@localhost>"
_HEADERS = {"In-Reply-To": _THREAD, "References": _THREAD}
_COMMON: dict[str, Any] = {
    "recipient": facts.one_line("Grace\r\nHopper"),
    "customer": facts.one_line(f"{WHERE}\r\nBcc: all@evil.example"),
    "account": "CARRIERUA.ANALYTICS",
    "region": "US East (N. Virginia), AWS",
    "datasets": "Flights and رحلات",
}
_SHARE = {**_COMMON, "share": "FIRN_7F3AC21E", "share_url": _PAGE}
_ABOUT = [("Datasets", "Flights and رحلات"), ("Rows of", "United (UA)")]
_REQUEST: dict[str, Any] = {
    **_COMMON,
    "request_id": "7f3ac21e",
    "requester": "نور الدين (nour@carrier.example)",
    "workspaces": "United (UA)",
    "kind": "new",
    "title": "Flights, رحلات",
    "wish": "for Flights and رحلات",
    "about": [{"label": label, "value": value, "padded": f"{label:<12}{value}"} for label, value in _ABOUT],
    "window": "from approval until 31 Mar 2027, that day included",
    "reason": _REASON,
    "reason_quoted": textwrap.indent(_REASON, "> ", lambda line: True),
    "request_url": f"{BASE}/requests/7f3a/",
}
_DECIDED = {
    **_REQUEST,
    "decider": "Dan",
    "decided_at": _MOMENT,
    "decision_reason": "As last year.",
    "decision_quoted": "> As last year.",
}
_MOVE = {**_SHARE, "old_share": "FIRN_1", "old_account": "CARRIERUA.OLD", "move_url": f"{BASE}/moves/9c/"}
_STEPS = [Snippet("Mount the share as a database", _SQL)]
_OBJECT = {
    "name": "FLIGHTS",
    "what": "only rows where CARRIER is UA",
    "columns": [
        {"name": "CARRIER", "data_type": "VARCHAR", "is_tenant": True},
        {"name": "DEP_DELAY", "data_type": "NUMBER(38,0)", "is_tenant": False},
    ],
}


def examples() -> dict[str, Example]:
    threaded = {**_of_requests(), **_of_replies()}
    return {**{kind: Example(context, _HEADERS) for kind, context in threaded.items()}, **_ask(), **_plain()}


def _ask() -> dict[str, Example]:
    step = {"purpose": "Create the secure view FLIGHTS", "sql": "CREATE SECURE VIEW FIRN_OUT.S7.FLIGHTS AS SELECT 1;"}
    context = {
        **_REQUEST,
        "proof": "by a one-time code by Ada on 12 Nov 2026",
        "is_proved": True,
        "rows": "336,776 since 01 Jan 2013, counted on 26 Nov 2026",
        "answers": "Dan approved",
        "reason_short": ask_facts.short(_REASON),
        "contents": [{"name": "Flights", "summary": "Every flight, every day.", "objects": [_OBJECT]}],
        "plan": [{**step, "number": 1, "indented": textwrap.indent(step["sql"], "   ")}],
        "digest": "7f3a·c21e",
        "revision": 2,
        "approval_url": f"{BASE}/approvals/5e/",
        **{f"{answer}_url": f"{BASE}/approvals/5e/?answer={answer}#answer" for answer in ("approve", "decline")},
        "sql_url": f"{BASE}/approvals/5e/#sql",
        "code": "K7MW2QXP",
        "may_reply": True,
    }
    headers = {**_HEADERS, "Reply-To": "firn+a12-aaaaaaaaaaaaaaaaaaaaaaaaaa@localhost"}
    return {"ask": Example(context, headers)}


def _of_requests() -> dict[str, dict[str, Any]]:
    proof = {"prove_url": f"{BASE}/accounts/snowflake/x/proof/"}
    again = {"again_url": f"{BASE}/requests/new/?again=7f3a"}
    return {
        "received": {**_REQUEST, **proof, "asked": 2},
        "approved": {**_DECIDED, **proof, "builds": True},
        "declined": {**_DECIDED, **again},
        "taken-out": {**_DECIDED, **_SHARE, "by": "Ada Lovelace (ada@carrier.example)"},
        "expired": {**_REQUEST, **again, "days": 30},
        "called-off": {**_REQUEST, "why": "withdrawn", "why_words": "It was withdrawn by those who asked."},
        "ready": {**_REQUEST, **_SHARE, "snippets": _STEPS, "mounted": False},
    }


def _of_replies() -> dict[str, dict[str, Any]]:
    reply = {**_REQUEST, "approval_url": f"{BASE}/approvals/5e/", "due_at": _MOMENT}
    return {
        "reply-held": {**reply, "answer": "decline", "reply_reason": "they have not paid"},
        "remark": {
            **reply,
            "who": "نور",
            "said": _REASON,
            "said_quoted": _REQUEST["reason_quoted"],
            "page_url": BASE,
            "may_reply": True,
        },
        "reminder": {**reply, "asked_at": _MOMENT, "is_last": True},
        "reply-void": {**reply, "words": "What would run has changed since you were asked."},
    }


def _plain() -> dict[str, Example]:
    version = {"dataset": "Flights", "number": 3, "note": "A column is renamed."}
    told = {
        "words": "The role lost a privilege.",
        "what_to_do": "Run the statement below.",
        "what_next": "Firn tries again.",
    }
    ended = {"ended_by": "Dan", "end_reason": _REASON, "by_provider": True}
    found: dict[str, dict[str, Any]] = {
        "failed": {**_SHARE, **told},
        "incident": {**_SHARE, **told},
        "alert": {**_SHARE, **told, "alert_subject": "A share is blocked", "about": "share FIRN_7F3A",
                  "admin_url": _PAGE},
        "changing": {
            **_SHARE, **version, "changes": ["Column DELAY leaves FLIGHTS"], "at_once": False,
            "notice_until": _MOMENT, "change_url": f"{_PAGE}changes/flights/3/",
        },
        "change-withdrawn": {**_SHARE, **version},
        "access-review": {**_COMMON, "shares": [_reviewed()]},
        "ending": {**_SHARE, **ended, "closes_at": _MOMENT, "may_undo": False, "may_keep": True, "again_url": BASE},
        "announced-end": {**_SHARE, **ended, "last_day": _DAY},
        "kept": {**_SHARE, "kept_by": "Dan", "noticed": True},
        "expiring": {
            **_SHARE, "ends": [{"dataset": "Flights", "last_day": _DAY}], "days": 7, "objection": "",
            "renewal_waits": False, "renew_url": f"{_PAGE}renew/",
        },
        "suspended": {**_SHARE, "who": "Dan", "reason": _REASON},
        "resumed": _SHARE,
        **_rebound(),
        "move-ready": {**_MOVE, "steps": _STEPS, "retires_at": _MOMENT, "overlap_days": 14},
        "move-held": {**_MOVE, **told},
        "taken-over": {
            **_SHARE, "snippets": _STEPS, "old_paths": ["LEGACY.FLIGHTS"], "schema": "S7", "overlap_until": _MOMENT,
        },
    }  # fmt: skip
    return {kind: Example(context) for kind, context in found.items()}


def _rebound() -> dict[str, dict[str, Any]]:
    """Each side is told something of its own; here is one of each."""
    common = {**_COMMON, "by": "Dan", "reason": _REASON, "effective_at": _MOMENT, "page_url": _PAGE, "ask_url": BASE}
    sides = (("rebind-begun", False), ("rebind-off", False), ("rebind-done", True))
    return {kind: {**common, "gains": gains} for kind, gains in sides}


def _reviewed() -> dict[str, Any]:
    ways = {"keep_url": f"{BASE}/access/#a", "end_url": f"{_PAGE}end/"}
    return {**_SHARE, **ways, "since": _MOMENT, "until": _DAY, "use": "never seen mounted"}
