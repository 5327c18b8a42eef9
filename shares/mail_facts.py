"""What mails tell about a request and a share, as plain values for the templates."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.mail import links
from portal.people.models import User
from shares import ask_facts
from shares.core.published import Item
from shares.core.states import RequestKind
from shares.models import Ask, ConsumerAccount, Dataset, Share, ShareRequest, Workspace
from shares.models.requests import listed
from shares.services import move_facts, pairs, privacy, versions, windows
from shares.services.translated import translated

# Zero-width joiners and the like make emoji and scripts; the rest of the invisible characters only deceive.
_JOINERS = frozenset("\u200c\u200d")

Told = TypeVar("Told")


def seen(text: str) -> str:
    """`text` without characters that do not show: a reader must see what is there (no bidi tricks, no NUL)."""
    return "".join(
        char for char in text if char in "\n\t" or char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf")
    )


def told(words: Callable[[], str]) -> str:
    """Words that are chosen only while the mail is written, in the language of whoever reads it."""
    return lazy(_once(words), str)()


def told_list(lines: Callable[[], list[Told]]) -> list[Told]:
    """The same of a list."""
    return lazy(_once(lines), list)()


def _once(words: Callable[[], Told]) -> Callable[[], Told]:
    """Asked once for each language: templates ask anew wherever they name a lazy value, and that asks the database."""
    kept: dict[str, Told] = {}

    def ask() -> Told:
        language = get_language() or ""
        if language not in kept:
            kept[language] = words()
        return kept[language]

    return ask


def one_line(text: str) -> str:
    """`text` on one line, as a name or a subject needs it."""
    return " ".join(seen(" ".join(text.split())).split())


def person(user: User) -> str:
    """`Ada Lovelace (ada@example.com)`, or the address alone."""
    return f"{one_line(user.name)} ({user.email})" if one_line(user.name) else user.email


def of_request(request: ShareRequest) -> dict[str, Any]:
    """Who asks for what: the part that every mail about a request shares."""
    account = request.consumer_account
    return {
        "thread": request.public_id.hex,
        "request_id": request.short_id,
        "customer": one_line(request.organization.name),
        "requester": person(request.requester),
        "account": str(account),
        "region": account.region_label,
        "datasets": told(lambda: listed([one_line(dataset.name) for dataset in request.datasets.all()])),
        "workspaces": told(lambda: listed([_workspace(workspace) for workspace in request.workspaces.all()])),
        "kind": request.kind,
        "title": told(lambda: one_line(request.title)),
        "wish": told(lambda: one_line(request.wish)),
        "about": told_list(lambda: _about(request)),
        "window": told(lambda: _window(request)),
        "reason": seen(request.reason).strip(),
        # Each line marked, so that nothing in a reason can pass for a part of the mail.
        "reason_quoted": textwrap.indent(seen(request.reason).strip(), "> ", lambda line: True),
        "request_url": links.absolute(reverse("request", args=[request.public_id])),
    }


def _about(request: ShareRequest) -> list[dict[str, str]]:
    """What is asked for as labelled lines: a change says what comes and what leaves, each with whose rows."""
    if request.kind == RequestKind.CHANGE:
        said = pairs.asked(request)
        found = [(_("Comes in"), _side(said.put_in)), (_("Leaves"), _side(said.taken_out))]
    else:
        names = [one_line(dataset.name) for dataset in request.datasets.all()]
        found = [
            (_("Datasets"), listed(names)),
            (_("Rows of"), listed([_workspace(workspace) for workspace in request.workspaces.all()])),
            (_("Moves from"), _moves_from(request)),
        ]
    found.append((_("On persons"), listed([name for names in privacy.columns_of(request).values() for name in names])))
    return [{"label": label, "value": value, "padded": f"{label:<12}{value}"} for label, value in found if value]


def _side(side: list[tuple[Dataset, list[Workspace]]]) -> str:
    return listed(
        [
            _("%(dataset)s for %(workspaces)s")
            % {"dataset": one_line(dataset.name), "workspaces": listed([_workspace(one) for one in workspaces])}
            for dataset, workspaces in side
        ]
    )


def last_day(ends: list[datetime | None]) -> date | None:
    """The last day of windows that end at these midnights; None when one of them has no end."""
    known = [end for end in ends if end]
    return windows.last_day(max(known)) if known and len(known) == len(ends) else None


def _workspace(workspace: Workspace) -> str:
    return f"{one_line(workspace.name)} ({one_line(workspace.tenant_key)})"


def _window(request: ShareRequest) -> str:
    if request.kind == RequestKind.RENEWAL:
        if request.valid_until is None:
            return _("goes on without a gap until somebody ends it")
        return _("goes on without a gap until %(day)s, that day included") % {"day": _day(request.valid_until)}
    if request.valid_until is None:
        return _("from approval until somebody ends it")
    return _("from approval until %(day)s, that day included") % {"day": _day(request.valid_until)}


def _day(day: date) -> str:
    return date_format(day, "d M Y")


def _moves_from(request: ShareRequest) -> str:
    """Of a move: what the new share takes the place of; "" of any other request."""
    move = move_facts.of_request(request)
    if move is None:
        return ""
    return ngettext(
        "%(account)s, whose share stays for %(days)d day beside this one, then ends",
        "%(account)s, whose share stays for %(days)d days beside this one, then ends",
        move.overlap_days,
    ) % {"account": move.old_share.consumer_account, "days": move.overlap_days}


def decision(request: ShareRequest) -> dict[str, Any]:
    """Who decided, when and why."""
    reason = seen(request.decision_reason).strip()
    return {
        "decider": told(lambda: one_line(request.decider)),
        "decided_at": request.decided_at or timezone.now(),
        "decision_reason": reason,
        "decision_quoted": textwrap.indent(reason, "> ", lambda line: True),
    }


def of_ask(ask: Ask, code: str) -> dict[str, Any]:
    """Everything that an approver decides on, and the code that stands nowhere else."""
    request = ask.request
    page = links.absolute(reverse("approval", args=[ask.public_id]))
    return {
        **of_request(request),
        "proof": told(lambda: _proof(request.consumer_account)),
        "is_proved": request.consumer_account.is_proved,
        "rows": told(lambda: ask_facts.rows(ask_facts.contents(request))),
        "answers": told(lambda: one_line(ask_facts.answers(request))),
        "reason_short": ask_facts.short(seen(request.reason)),
        "contents": told_list(lambda: _all_contents(request)),
        "plan": [_step(number, step) for number, step in enumerate(request.plan_sql, start=1)],
        "digest": request.short_digest,
        "revision": ask.revision,
        "approval_url": page,
        **{f"{answer}_url": f"{page}?answer={answer}#answer" for answer in ("approve", "decline")},
        "sql_url": f"{page}#sql",
        "code": code,
    }


def _step(number: int, step: dict[str, Any]) -> dict[str, Any]:
    purpose = told(lambda: seen(translated(step["purpose"])))
    return {**step, "purpose": purpose, "number": number, "indented": textwrap.indent(step["sql"], "   ")}


def _proof(account: ConsumerAccount) -> str:
    if not account.is_proved:
        return _("not proved yet")
    told = {
        "how": account.get_proof_display(),
        "who": account.proved_by.display_name if account.proved_by else "",
        "day": _day(account.proved_at) if account.proved_at else "",
    }
    if told["who"] and told["day"]:
        return _("%(how)s by %(who)s on %(day)s") % told
    if told["day"]:
        return _("%(how)s on %(day)s") % told
    return (_("%(how)s by %(who)s") if told["who"] else "%(how)s") % told


def _all_contents(request: ShareRequest) -> list[dict[str, Any]]:
    return [_contents(dataset, workspaces) for dataset, workspaces in pairs.asked(request).put_in]


def _contents(dataset: Dataset, workspaces: list[Workspace]) -> dict[str, Any]:
    keys = listed([one_line(workspace.tenant_key) for workspace in workspaces])
    return {
        "name": one_line(dataset.name),
        "summary": one_line(dataset.summary),
        "objects": [_object(item, keys) for item in versions.exposed(dataset)],
    }


def _object(item: Item, keys: str) -> dict[str, Any]:
    if item.is_function:
        return {
            "name": f"{item.shared_name}({item.arguments})",
            "what": _("function, returns %(type)s") % {"type": item.returns},
            "columns": [],
        }
    only = _("only rows where %(column)s is %(keys)s") % {"column": item.tenant_column, "keys": keys}
    what = _("reference data, whole") if item.is_reference else only
    columns = [
        {
            "name": column.name,
            "data_type": column.data_type,
            "is_tenant": column.name == item.tenant_column and not item.is_reference,
            "is_personal": column.tells_of_persons,
            "is_masked": column.masked,
        }
        for column in item.columns
    ]
    return {"name": item.shared_name, "what": what, "columns": columns}


def of_share(share: Share, datasets: list[Dataset]) -> dict[str, Any]:
    """Which share a mail is about."""
    return {
        "share": share.name,
        "customer": one_line(share.organization.name),
        "account": str(share.consumer_account),
        "region": share.consumer_account.region_label,
        "datasets": told(lambda: listed([one_line(dataset.name) for dataset in datasets])),
        "share_url": links.absolute(reverse("share", args=[share.public_id])),
    }
