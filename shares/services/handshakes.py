"""Prove that an account is the customer's: send it a one-time code by a share of its own, and have it typed here.

Only somebody who may mount shares in that account can read the code. Nothing but the code is in that share, so it may
be sent to an account that nobody has proved yet.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.audit.record import record
from portal.people.models import User
from shares.core.said import Said
from shares.models import ConsumerAccount, Handshake, ProviderAccount, Run, Share
from shares.models.accounts import ProofKind
from shares.models.handshakes import MAX_FAILURES
from shares.models.shares import Purpose
from shares.services.bell import wake
from shares.services.codes import is_proof_code

LIFE = timedelta(hours=24)
# New codes for one account in LIFE, so that nobody floods an account that is not theirs with shares.
MOST = 5


class NotNow(Exception):
    """It cannot be done; the message says why and what to do."""


class WrongCode(NotNow):
    """The code is not the one; the message says how many tries are left."""


def start(account: ConsumerAccount, provider: ProviderAccount, by: User) -> Handshake:
    """Send the account a new code; an older one counts no more. Raises NotNow when it is proved, is
    leaving for another customer, or had too many."""
    with transaction.atomic():
        share, _ = Share.objects.get_or_create(
            organization=account.organization,
            consumer_account=account,
            purpose=Purpose.HANDSHAKE,
            defaults={"provider_account": provider},
        )
        # Locked, so that two starts at once count each other.
        share = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
        _refuse_more(account, share)
        now = timezone.now()
        share.handshakes.open_at(now).update(expires_at=now)
        handshake = Handshake.objects.create(share=share, started_by=by, expires_at=now + LIFE)
        Share.objects.filter(pk=share.pk).update(taken_back_at=None, ready_at=None, converged_at=None)
        wake(share.pk, Run.Trigger.DECISION)
        record("account.code_sent", actor=by, target=account, organization=account.organization)
    return handshake


def ensure(account: ConsumerAccount, provider: ProviderAccount, by: User) -> None:
    """See that an account that is not proved has a code to type, where one may be sent."""
    if account.is_proved or current(account):
        return
    with suppress(NotNow):
        start(account, provider, by)


def _refuse_more(account: ConsumerAccount, share: Share) -> None:
    # Read anew: it may have begun to leave, or left, since the caller read it.
    now = ConsumerAccount.objects.get(pk=account.pk)
    if now.leaving_at or now.organization_id != share.organization_id:
        words = _("This account is being connected to another customer. If it is yours, an owner can call that off.")
        raise NotNow(words)
    if now.is_proved:
        raise NotNow(_("%(account)s is proved already. There is nothing left to do.") % {"account": account})
    if share.handshakes.filter(started_at__gt=timezone.now() - LIFE).count() >= MOST:
        raise NotNow(
            _("%(account)s was sent %(number)s codes today. Wait a day, or ask the data owner to vouch for it.")
            % {"account": account, "number": MOST}
        )


def current(account: ConsumerAccount) -> Handshake | None:
    """The code that may be typed now."""
    of_account = Handshake.objects.filter(share__consumer_account=account, share__organization=account.organization_id)
    return of_account.open_at(timezone.now()).select_related("share__provider_account").first()


def answer(account: ConsumerAccount, typed: str, by: User) -> None:
    """Take a code that a member read in the account. Raises WrongCode, or NotNow when there is none to type."""
    handshake = current(account)
    if handshake is None:
        raise NotNow(_("There is no code to type now. Ask for a new one."))
    with transaction.atomic():
        # Counted before it is compared, so that guesses at the same moment cannot outrun the limit.
        counted = Handshake.objects.open_at(timezone.now()).filter(pk=handshake.pk).update(failures=F("failures") + 1)
    if not counted:
        raise NotNow(_("This code cannot be typed any more. Ask for a new one."))
    if not is_proof_code(handshake, typed):
        _wrong(handshake, by)
    note = Said("%(who)s read the code in it.", who=by.display_name)
    with transaction.atomic():
        used = Handshake.objects.filter(pk=handshake.pk, used_at=None).update(used_at=Now(), failures=F("failures") - 1)
        if used:
            prove(account, ProofKind.HANDSHAKE, by, note)


def _wrong(handshake: Handshake, by: User) -> None:
    handshake.refresh_from_db()
    account = handshake.share.consumer_account
    with transaction.atomic():
        if not handshake.tries_left:
            wake(handshake.share_id, Run.Trigger.DECISION)
        data = {"failures": handshake.failures}
        record("account.wrong_code", actor=by, target=account, organization=account.organization, data=data)
    if handshake.tries_left:
        words = ngettext(
            "That is not the code in %(account)s; one try is left. Copy it from the query's result.",
            "That is not the code in %(account)s; %(left)s tries are left. Copy it from the query's result.",
            handshake.tries_left,
        )
        raise WrongCode(words % {"account": account, "left": handshake.tries_left})
    raise WrongCode(
        _("That was the %(number)sth wrong code, so it counts no more. Ask for a new one.") % {"number": MAX_FAILURES}
    )


def prove(account: ConsumerAccount, kind: ProofKind, by: User, note: str) -> None:
    """Note the proof, with its audit entry. Call it in a transaction."""
    if mark_proved(account, kind, by, note):
        data = {"note": note, "kind": kind.value}
        record("account.proved", actor=by, target=account, organization=account.organization, data=data)


def mark_proved(account: ConsumerAccount, kind: ProofKind, by: User, note: str) -> bool:
    """Write down that the account is the customer's, and wake whatever waited for it. The first proof stands; a proof
    from inside the account takes the place of somebody's word. False when nothing changed."""
    weaker = [ProofKind.NONE] if kind == ProofKind.VOUCHED else [ProofKind.NONE, ProofKind.VOUCHED]
    fields: dict[str, Any] = {"proof": kind, "proved_at": timezone.now(), "proved_by": by, "proof_note": note}
    if not ConsumerAccount.objects.filter(pk=account.pk, proof__in=weaker).update(**fields):
        return False
    for share_id in account.shares.filter(taken_back_at=None).values_list("pk", flat=True):
        wake(share_id, Run.Trigger.DECISION)
    return True
