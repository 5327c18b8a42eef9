"""{% load shares %}: badges and sentences for the domain's states."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from portal.audit.models import AuditEntry
from portal.pages.templatetags import icons
from portal.pages.templatetags.firn import badge
from portal.pages.templatetags.moments import day
from portal.people import guards
from portal.people.models import Organization
from shares.core import regions
from shares.core.states import RequestState, ShareState
from shares.models import Move, Share
from shares.services import decision_words, inbound, log_subjects, proof_words, windows
from shares.services.desk import desk
from shares.services.log_subjects import Subject
from shares.services.move_facts import MoveState
from shares.services.status import Chapter
from shares.services.translated import translated
from shares.templatetags import words
from shares.templatetags.log_words import LOG

register = template.Library()
register.filter(translated)
register.filter("look_words", inbound.told)
register.filter("decision_words", decision_words.told)
register.filter("proof_words", proof_words.told)

_HINT_ICONS = {"ok": ("good", "check"), "warn": ("warn", "alert"), "bad": ("bad", "cross")}
_ANSWER_ICONS = {**dict(_HINT_ICONS.values()), "info": "info"}


@register.simple_tag
def share_badge(state: ShareState) -> SafeString:
    """A share's state as shape and word."""
    found = words.SHARE[state]
    return badge(found.tone, str(found.word))


@register.simple_tag
def share_until(share: Share, state: ShareState, until: datetime | None) -> SafeString | str:
    """When it closes: once nothing is granted any more, the end of its grace days; before, the last day of its
    window."""
    if state in (ShareState.ENDING, ShareState.ENDED) and share.closes_at:
        return day(share.closes_at)
    return last_day(until) if until else gettext("no end")


@register.filter
def share_next(state: ShareState) -> str:
    """What happens next with a share in this state, in a sentence."""
    return str(words.SHARE[state].next)


@register.simple_tag
def request_badge(state: str) -> SafeString:
    """A request's state as shape and word."""
    found = words.REQUEST[RequestState(state)]
    return badge(found.tone, str(found.word))


@register.filter
def request_next(state: str) -> str:
    return str(words.REQUEST[RequestState(state)].next)


@register.filter
def move_next(state: MoveState, move: Move) -> SafeString:
    """How a move stands, in a sentence."""
    on = move.retired_at or move.retires_at
    return format_html(str(words.MOVE[state]), day=day(on) if on else "")


@register.simple_tag
def step_dot(chapter: Chapter) -> SafeString:
    """The shape at the head of a chapter."""
    kind, shape = words.CHAPTER[chapter.status]
    if kind == "now" and chapter.code in words.UP_TO_PEOPLE:
        return format_html('<span class="step-dot">{}</span>', icons.icon("clock"))
    return format_html('<span class="step-dot">{}</span>', icons.icon(shape, "spin" if kind == "now" else ""))


@register.filter
def step_kind(chapter: Chapter) -> str:
    """done, now, todo, failed or off: the class of a chapter."""
    return words.CHAPTER[chapter.status][0]


@register.filter
def statement_kind(outcome: str) -> str:
    return words.STATEMENT[outcome][0]


@register.simple_tag
def statement_icon(outcome: str) -> SafeString:
    """The shape of a statement's outcome, with its words for those who do not see it."""
    kind, shape, spoken = words.STATEMENT[outcome]
    drawn = icons.icon(shape, "spin" if kind == "now" else "")
    return format_html('{}<span class="visually-hidden">{}: </span>', drawn, spoken)


@register.simple_tag
def hint_icon(level: str) -> SafeString:
    return icons.icon(_HINT_ICONS[level][1])


@register.simple_tag
def answer_icon(tone: str) -> SafeString:
    """The shape of an answer: good, info, warn or bad."""
    return icons.icon(_ANSWER_ICONS[tone])


@register.filter
def hint_tone(level: str) -> str:
    return _HINT_ICONS[level][0]


@register.filter
def told(entry: AuditEntry) -> str:
    """An audit entry in a sentence; its dotted action where no sentence was written."""
    return str(words.HISTORY.get(entry.action) or LOG.get(entry.action, entry.action))


@register.simple_tag(takes_context=True)
def with_subjects(context: dict[str, Any], entries: list[AuditEntry]) -> list[tuple[AuditEntry, Subject | None]]:
    """Entries of the audit log, each with the share or request that the reader may look at."""
    return log_subjects.of(entries, context["request"].user)


@register.filter
def region(region_id: str) -> str:
    """How people call a region."""
    return regions.label(region_id)


@register.filter
def last_day(moment: datetime) -> SafeString | str:
    """The last day of a window that ends at `moment`, the midnight after it."""
    return day(windows.last_day(moment))


@register.simple_tag
def customers_of(request: HttpRequest) -> list[Organization]:
    """The customers that this person may act for."""
    return [membership.organization for membership in guards.memberships(request)]


@register.simple_tag
def menu_of(request: HttpRequest) -> dict[str, int]:
    """Which sections concern this person; `waiting` counts the requests that wait for their answer."""
    mine = desk(request)
    approver = mine.approves
    customer = guards.current_organization(request) is not None or guards.is_provider_staff(request.user)
    return {
        "home": customer or approver,
        "catalog": customer or approver,
        "shares": customer,
        "approvals": approver,
        "waiting": mine.waiting,
        "operations": guards.is_provider_staff(request.user),
    }
