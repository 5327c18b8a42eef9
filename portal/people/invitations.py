"""Inviting somebody into an organization: a mailed link that works once, for the owner of that mailbox only."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit import pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people import mails, services
from portal.people.guards import role_in
from portal.people.models import INVITATION_DAYS, Invitation, Membership, Organization, Role, User
from portal.people.permissions import Act, allows

RANKS = {Role.VIEWER: 0, Role.MEMBER: 1, Role.OWNER: 2}
AN_HOUR = 20
RESEND_AFTER = timedelta(minutes=1)


class Refused(Exception):
    """In words, for the person who asked."""


def open_ones() -> QuerySet[Invitation]:
    """Those that may still be accepted, or are merely too old."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("organization", "inviter")


@transaction.atomic
def invite(organization: Organization, email: str, role: Role, inviter: User) -> Invitation:
    """A new invitation, mailed. Whether the address has an account changes nothing that the inviter sees."""
    address = email.strip().lower()
    _may_give(inviter, organization, role)
    _not_too_many(organization)
    if Membership.objects.filter(organization=organization, user__email=address).exists():
        raise Refused(_("%(email)s belongs to %(organization)s already.") % _names(address, organization))
    open_ones().filter(organization=organization, email=address, expires_at__lte=timezone.now()).update(
        revoked_at=timezone.now()
    )
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            made = Invitation.objects.create(
                organization=organization, email=address, role=role, inviter=inviter, token_hash=_hash(token)
            )
    except IntegrityError:
        raise Refused(
            _("%(email)s is invited already. You can send it again.") % _names(address, organization)
        ) from None
    mails.invited(made, token)
    _record("invitation.sent", made, inviter)
    return made


@transaction.atomic
def resend(invitation: Invitation, actor: User) -> None:
    """A new link with new time; the one mailed before stops working."""
    _may_give(actor, invitation.organization, Role(invitation.role))
    _not_too_many(invitation.organization)
    now, token = timezone.now(), secrets.token_urlsafe(32)
    rested = open_ones().filter(pk=invitation.pk, sent_at__lte=now - RESEND_AFTER)
    changed = rested.update(
        token_hash=_hash(token), sent_at=now, expires_at=now + timedelta(days=INVITATION_DAYS), inviter=actor
    )
    if not changed:
        raise Refused(_("It was sent a moment ago, or is not open any more. Wait a minute and look again."))
    invitation.refresh_from_db()
    mails.invited(invitation, token)
    _record("invitation.resent", invitation, actor)


@transaction.atomic
def revoke(invitation: Invitation, actor: User) -> None:
    if not open_ones().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise Refused(_("This invitation is not open any more."))
    _record("invitation.revoked", invitation, actor)


def revoke_all_of(inviter: User, organization: Organization, actor: User) -> None:
    """The links of somebody who may not invite any more; in the caller's transaction."""
    for invitation in open_ones().filter(inviter=inviter, organization=organization):
        revoke(invitation, actor)


def find(token: str) -> Invitation | None:
    """The invitation of a link, while it can be accepted: not used, revoked or expired, and its inviter may still."""
    found = open_ones().filter(token_hash=_hash(token), expires_at__gt=timezone.now()).first()
    if found is None or not found.organization.is_active:
        return None
    held = role_in(found.inviter, found.organization)
    return found if held and _gives(held, Role(found.role)) else None


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether this person has proved that the invited mailbox is theirs: a forwarded link opens nothing."""
    mine = EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True)
    return bool(mine.exists())


@transaction.atomic
def accept(token: str, user: User) -> Membership:
    """Uses the link up and makes the membership; of two at once one wins."""
    found = find(token)
    if found is None or not is_for(found, user):
        raise Refused(_("This invitation is not open. Ask whoever invited you to send a new one."))
    now = timezone.now()
    still = open_ones().filter(pk=found.pk, token_hash=_hash(token), expires_at__gt=now)
    if not still.update(accepted_at=now, accepted_by=user):
        raise Refused(_("This invitation was used a moment ago."))
    membership, made = Membership.objects.get_or_create(
        user=user, organization=found.organization, defaults={"role": found.role}
    )
    _record("invitation.accepted", found, user)
    if made:
        services.announce(membership, actor=user)
    return membership


def _may_give(actor: User, organization: Organization, role: Role) -> None:
    held = role_in(actor, organization)
    if held is None or not _gives(held, role):
        raise Refused(_("Only an owner may invite, and nobody gives a role above their own."))


def _gives(held: Role, role: Role) -> bool:
    return allows(Act.PEOPLE_INVITE, customer=held) and RANKS[role] <= RANKS[held]


def _not_too_many(organization: Organization) -> None:
    """By the log: an invitation that was sent again, or revoked and made anew, is one more mail to somebody."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    mailed = AuditEntry.objects.filter(organization=organization, action__in=("invitation.sent", "invitation.resent"))
    if mailed.filter(at__gt=timezone.now() - timedelta(hours=1)).count() >= AN_HOUR:
        raise Refused(_("That is %(number)s invitations within an hour. Go on a little later.") % {"number": AN_HOUR})


def _names(email: str, organization: Organization) -> dict[str, str]:
    return {"email": email, "organization": organization.name}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(action: str, invitation: Invitation, actor: User) -> None:
    # Who never becomes a member must not stand in the log for ever: enough to know the invitation by.
    data = {"invitation": str(invitation.public_id), "for": pseudonyms.cut(invitation.email), "role": invitation.role}
    record(action, actor=actor, target=invitation.organization, organization=invitation.organization, data=data)
