"""One function per mail about people and organizations; each is posted in the caller's transaction."""

from __future__ import annotations

import uuid

from django.urls import reverse

from portal.mail import links, outbox
from portal.people.models import EmailDomain, Invitation, Membership, Role, User


def invited(invitation: Invitation, token: str) -> None:
    """To the mailbox that was named, whether or not it has an account. Blanked once sent: it holds the link."""
    context = {
        "organization": invitation.organization.name,
        "inviter": invitation.inviter.display_name,
        "role": Role(invitation.role).label,
        "until": f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC",
        "url": links.absolute(reverse("invitation", args=[token])),
    }
    key = f"invited:{invitation.pk}:{invitation.token_hash[:16]}:{invitation.email}"
    outbox.post("invited", invitation.email, context, key=key, secret=True)


def removed(membership: Membership, *, by: User) -> None:
    """To somebody who was taken out of an organization by another."""
    context = {
        "name": membership.user.display_name,
        "organization": membership.organization.name,
        "by": by.display_name,
    }
    outbox.post("removed", membership.user.email, context, key=f"removed:{membership.pk}:{membership.user.email}")


def role_changed(membership: Membership, *, by: User) -> None:
    context = {
        "name": membership.user.display_name,
        "organization": membership.organization.name,
        "role": Role(membership.role).label,
        "by": by.display_name,
        "home_url": links.absolute("/"),
    }
    # Roles may go to and fro: the key is of this one change.
    outbox.post("role-changed", membership.user.email, context, key=f"role:{uuid.uuid4().hex}:{membership.user.email}")


def domain_code(domain: EmailDomain, code: str, asker: User) -> None:
    """To the postmaster of a domain, who alone can tell whether it is the organization's. Blanked once sent."""
    to = f"postmaster@{domain.domain}"
    context = {
        "organization": domain.organization.name,
        "domain": domain.domain,
        "asker": asker.email,
        "code": code,
    }
    outbox.post("domain-code", to, context, key=f"domain:{domain.pk}:{domain.code_hash[:16]}:{to}"[:200], secret=True)
