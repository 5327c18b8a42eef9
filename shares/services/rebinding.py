"""Connect an account to another customer: after a time in which either side may object, once everything that the
customer before had in it is gone, and without the proof that was theirs.

What an account's shares may hold and whether it is let in is decided in `desired.spec_of` alone, which looks at whose
the account is and whether it is leaving; this module only changes those two.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.guards import user_may
from portal.people.models import Organization, User
from portal.people.permissions import Act, allows
from shares import rebind_mails
from shares.core.states import RequestState
from shares.models import ConsumerAccount, Handshake, Rebinding, Run, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import grants, move_facts, requests
from shares.services.bell import wake

BATCH = 20


class Refused(Exception):
    """It cannot be done; the message says why and what to do."""


def open_ones() -> QuerySet[Rebinding]:
    found = Rebinding.objects.filter(done_at=None, called_off_at=None)
    return found.select_related("account", "old_organization", "new_organization", "asked_by")


def of_account(account: ConsumerAccount) -> Rebinding | None:
    """The one that is under way."""
    return open_ones().filter(account=account).first()


def may_start(user: User) -> bool:
    """Who sees every customer, and operates."""
    return allows(Act.ACCOUNT_REBIND, provider=user.provider_role)


def may_call_off(user: User, rebinding: Rebinding) -> bool:
    """Whoever may begin one, and the owners of the customer whose account it is until then."""
    return may_start(user) or user_may(user, Act.ACCOUNT_KEEP, rebinding.old_organization)


@transaction.atomic
def start(account: ConsumerAccount, to: Organization, by: User, reason: str) -> Rebinding:
    """Both customers are told. Raises Refused."""
    account = (
        ConsumerAccount.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization")
        .get(pk=account.pk)
    )
    _refuse(account, to, by, reason)
    effective = timezone.now() + timedelta(hours=settings.FIRN_REBIND_HOURS)
    try:
        with transaction.atomic():
            made = Rebinding.objects.create(
                account=account,
                old_organization=account.organization,
                new_organization=to,
                reason=reason.strip(),
                asked_by=by,
                effective_at=effective,
            )
    except IntegrityError:
        raise Refused(_("It is being connected to another customer already. Call that off first.")) from None
    ConsumerAccount.objects.filter(pk=account.pk).update(leaving_at=effective)
    rebind_mails.begun(made)
    _record("account.rebind_begun", made, by, reason=made.reason, effective_at=effective)
    return made


def _refuse(account: ConsumerAccount, to: Organization, by: User, reason: str) -> None:
    if not may_start(by):
        raise Refused(_("Only the data provider's operators do that."))
    if not reason.strip():
        raise Refused(_("Say why: both customers read it."))
    if to.pk == account.organization_id:
        raise Refused(_("It is connected to this customer already."))
    if not to.is_active:
        raise Refused(_("This customer is switched off."))
    if by.memberships.filter(organization__in=(to, account.organization)).exists():
        raise Refused(_("You belong to one of the two. Somebody else has to do it."))
    if move_facts.open_moves().filter(old_share__consumer_account=account).exists() or (
        move_facts.open_moves().filter(new_share__consumer_account=account).exists()
    ):
        raise Refused(_("A share is moving from or to this account. Wait for its end, or have it called off first."))


@transaction.atomic
def call_off(rebinding: Rebinding, by: User) -> None:
    """Everything stays as it was. Possible until the time is over. Raises Refused."""
    if not may_call_off(by, rebinding):
        raise Refused(_("Only an owner of the customer, or the data provider, calls that off."))
    waiting = open_ones().filter(pk=rebinding.pk, ended_at=None, effective_at__gt=timezone.now())
    if not waiting.update(called_off_at=Now(), called_off_by=by):
        raise Refused(_("It is too late for that, or it was called off already. Write to support."))
    ConsumerAccount.objects.filter(pk=rebinding.account_id).update(leaving_at=None)
    for share_id in rebinding.account.shares.filter(taken_back_at=None).values_list("pk", flat=True):
        wake(share_id, Run.Trigger.DECISION)
    rebind_mails.called_off(rebinding, by)
    _record("account.rebind_called_off", rebinding, by)


def carry_on() -> int:
    """Take those whose time is over a step further; how many were connected to their new customer now."""
    over = open_ones().filter(effective_at__lte=timezone.now()).order_by("effective_at")
    return sum(_step(pk) for pk in list(over.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _step(pk: int) -> bool:
    rebinding = open_ones().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if rebinding is None:
        return False
    if rebinding.ended_at is None:
        _end_everything(rebinding)
        return False
    return not standing(rebinding).exists() and _connect(rebinding)


def standing(rebinding: Rebinding) -> QuerySet[Share]:
    """What the customer before still has in the account, with data or with a code."""
    return Share.objects.filter(
        consumer_account=rebinding.account_id, organization=rebinding.old_organization_id, taken_back_at=None
    )


def _end_everything(rebinding: Rebinding) -> None:
    """Without grace days: the time that is over was one, and the share must be gone before somebody else can read."""
    by, now = rebinding.asked_by, timezone.now()
    asked = ShareRequest.objects.filter(organization=rebinding.old_organization_id, state=RequestState.SUBMITTED)
    undecided = asked.filter(consumer_account=rebinding.account_id).order_by("pk").select_for_update(no_key=True)
    waiting = list(undecided)
    # Like the requests before the first entry of the audit log: a worker locks its share, then records.
    list(standing(rebinding).order_by("pk").select_for_update(no_key=True))
    Handshake.objects.open_at(now).filter(share__in=standing(rebinding)).update(expires_at=now)
    for request in waiting:
        requests.withdraw(request, by)
    for share in standing(rebinding).select_related("organization", "consumer_account", "provider_account"):
        if share.grants.not_over(now).exists():
            grants.end_at_once(share, by, rebinding.reason)
        # Also what was never built, or is in its grace days.
        Share.objects.filter(pk=share.pk).update(closes_at=now)
        wake(share.pk, Run.Trigger.ENDING)
    Rebinding.objects.filter(pk=rebinding.pk).update(ended_at=now)
    _record("account.rebind_ended_shares", rebinding, by)


def _connect(rebinding: Rebinding) -> bool:
    """The account is the other customer's from now on, who has to prove it like any other."""
    moved = ConsumerAccount.objects.filter(pk=rebinding.account_id, organization=rebinding.old_organization_id).update(
        organization=rebinding.new_organization_id,
        leaving_at=None,
        edition="",
        proof=ProofKind.NONE,
        proved_at=None,
        proved_by=None,
        proof_note="",
    )
    if not moved or not open_ones().filter(pk=rebinding.pk).update(done_at=Now()):
        raise Refused("whose the account is was changed by something else")
    rebind_mails.done(rebinding)
    _record("account.rebound", rebinding, rebinding.asked_by)
    return True


def _record(action: str, rebinding: Rebinding, by: User, **data: object) -> None:
    """For each customer an entry of their own: neither reads who the other is."""
    for organization, side in ((rebinding.old_organization, "loses"), (rebinding.new_organization, "gains")):
        facts = {"account": str(rebinding.account), "side": side, "rebinding": str(rebinding.public_id), **data}
        record(action, actor=by, target=rebinding.account, organization=organization, data=facts)
