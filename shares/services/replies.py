"""Deciding by answering the mail: read, held for ten minutes, then taken like any other answer."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.mail import outbox, receive, replying
from portal.mail.letters import Letter
from portal.people.models import User
from shares import reply_mails
from shares.core import answers
from shares.models import Ask, HeldReply, Vote
from shares.services import approvals, reply_rules

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=10)
BATCH = 50


def listen() -> None:
    receive.register(reply_rules.KIND, take)


def take(letter: Letter, sender: User) -> str:
    """What portal.mail.receive calls, inside its transaction: `taken`, or why not."""
    if not replying.is_on():
        return "replies are off"
    number = letter.token.number if letter.token else 0
    ask = Ask.objects.select_related("request__consumer_account", "approver").filter(pk=number).first()
    if ask is None or letter.token is None or not reply_rules.is_for(letter.token, ask):
        return "not our seal"
    if sender != ask.approver:
        return "not the one who was asked"
    said = answers.read(letter.first)
    if said is None:
        return "not understood"
    if said.answer == "undo":
        return receive.TAKEN if undo(ask) else "nothing to undo"
    return _hold(ask, said)


def _hold(ask: Ask, said: answers.Read) -> str:
    request = ask.request
    if not request.is_open or request.revision != ask.revision:
        return "decided or changed already"
    if why := reply_rules.obstacle(request):
        return why
    if request.votes.filter(approver=ask.approver, revision=ask.revision).exists():
        return "answered already"
    try:
        with transaction.atomic():
            held = HeldReply.objects.create(
                ask=ask, answer=said.answer, reason=said.reason, due_at=timezone.now() + HOLD
            )
    except IntegrityError:
        return "an earlier reply waits"
    reply_mails.held(held, reply_rules.address_of(ask))
    data = {"answer": held.answer, "until": held.due_at.isoformat()}
    record("request.reply_held", actor=ask.approver, target=request, organization=request.organization, data=data)
    return receive.TAKEN


def waiting(ask: Ask) -> HeldReply | None:
    """The answer by mail that does not count yet."""
    return ask.replies.filter(settled_at=None).first()


def is_held() -> Exists:
    """For a query of asks: whether an answer by mail waits. Few do, and only for ten minutes."""
    return Exists(HeldReply.objects.filter(ask=OuterRef("pk"), settled_at=None))


def undo(ask: Ask) -> bool:
    """Drop the answer that waits; False where none does any more."""
    request = ask.request
    with transaction.atomic():
        undone = HeldReply.objects.filter(ask=ask, settled_at=None).update(settled_at=timezone.now(), outcome="undone")
        if undone:
            record("request.reply_undone", actor=ask.approver, target=request, organization=request.organization)
    return bool(undone)


def carry_out_due() -> int:
    """Take the answers whose ten minutes are over; how many those were."""
    due = HeldReply.objects.filter(settled_at=None, due_at__lte=timezone.now()).order_by("due_at")
    found = list(due.select_related("ask__request", "ask__approver")[:BATCH])
    return sum(_in_words_of(held.ask.approver, held) for held in found)


def _in_words_of(approver: User, held: HeldReply) -> int:
    """The answer taken as on the page: in their language, in which they read why it was not."""
    with translation.override(outbox.language_of(approver.email) or settings.LANGUAGE_CODE):
        try:
            return _carry_out(held)
        except OperationalError:
            # Locked or away, which is no fault of this answer: it waits for the next sweep.
            raise
        except Exception:
            logger.exception("answer by mail %s", held.pk)
            return _give_up(held)


def _carry_out(held: HeldReply) -> int:
    """Claimed, voted and told in one transaction: killed anywhere, it is done once or not yet."""
    request = held.ask.request
    with transaction.atomic():
        if not _settle(held, "counted"):
            return 0
        try:
            # Of what is decided or changed already the vote knows better words.
            is_asked = request.is_open and request.revision == held.ask.revision
            if is_asked and (why := reply_rules.obstacle(request)):
                raise approvals.CannotDecide(_("A reply cannot decide this any more: %(why)s.") % {"why": _(why)})
            _vote(held)
        except approvals.CannotDecide as words:
            # The row keeps that it was so; why is told in the language of one person.
            HeldReply.objects.filter(pk=held.pk).update(outcome="not taken")
            reply_mails.void(held, str(words))
    return 1


def _give_up(held: HeldReply) -> int:
    """It failed for a reason that is ours: it is not tried for ever, and keeps no other answer waiting."""
    with transaction.atomic():
        if not _settle(held, "failed"):
            return 0
        reply_mails.void(held, _("Something failed in Firn when it should have counted. Answer on the page instead."))
    return 1


def _settle(held: HeldReply, outcome: str) -> int:
    waits = HeldReply.objects.filter(pk=held.pk, settled_at=None)
    return waits.update(settled_at=timezone.now(), outcome=outcome)


def _vote(held: HeldReply) -> None:
    approvals.decide(
        held.ask.request,
        held.ask.approver,
        held.answer,
        channel=Vote.Channel.REPLY,
        revision=held.ask.revision,
        reason=held.reason,
    )
