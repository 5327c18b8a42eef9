"""Email domains of organizations: proved by a code that goes to the postmaster, or by staff who saw the DNS."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people import mails, services
from portal.people.guards import user_may
from portal.people.invitations import Refused
from portal.people.models import Departure, EmailDomain, Membership, Organization, Role, User
from portal.people.permissions import Act

CODE_LASTS = timedelta(hours=24)
TRIES = 5
MOST = 20
AN_HOUR = 10
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Mailboxes that anybody gets: owning one says nothing about a company.
EVERYBODYS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com"),
        *("icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "ymail.com"),
        *("yandex.com", "yandex.ru", "proton.me", "protonmail.com", "zoho.com", "fastmail.com", "qq.com"),
        *("163.com", "126.com", "mail.com", "mail.ru", "libero.it", "orange.fr"),
    }
)


@transaction.atomic
def ask(organization: Organization, domain: str, actor: User) -> EmailDomain:
    """Mails a code to postmaster@ the domain; asked again, a new one with new tries."""
    name = domain.strip().lower().lstrip("@").rstrip(".")
    _may(actor, organization)
    if not _DOMAIN.fullmatch(name) or len(name) > 253:
        raise Refused(_("That is not the name of a domain. It looks like example.com."))
    if name in EVERYBODYS:
        raise Refused(_("Anybody can have a mailbox at %(domain)s: it is no organization's.") % {"domain": name})
    if organization.domains.exclude(domain=name).count() >= MOST:
        raise Refused(_("That is more domains than one organization can have here."))
    _not_too_many(organization)
    made, new = EmailDomain.objects.get_or_create(organization=organization, domain=name)
    if made.verified_at:
        raise Refused(_("%(domain)s is proved already.") % {"domain": name})
    if not new and made.code_expires_at and made.code_expires_at - CODE_LASTS > timezone.now() - timedelta(minutes=1):
        raise Refused(_("A code was sent a moment ago. Wait a minute."))
    code = secrets.token_hex(5).upper()
    made.code_hash, made.code_expires_at, made.attempts = _hash(code), timezone.now() + CODE_LASTS, 0
    made.save()
    mails.domain_code(made, code, actor)
    _record("domain.asked", made, actor)
    return made


def prove(domain: EmailDomain, code: str, actor: User) -> None:
    """Takes the code. Each try counts, also one that is refused; another organization's proof stands."""
    _may(actor, domain.organization)
    now = timezone.now()
    open_one = EmailDomain.objects.filter(
        pk=domain.pk, verified_at=None, code_expires_at__gt=now, attempts__lt=TRIES
    ).exclude(code_hash="")
    if not open_one.update(attempts=F("attempts") + 1):
        raise Refused(_("There is no code that could be tried: have a new one sent."))
    domain.refresh_from_db()
    if not constant_time_compare(domain.code_hash, _hash(code.strip().upper())):
        raise Refused(_("That is not the code in the mail."))
    _verify(domain, EmailDomain.How.MAIL, actor)


def vouch(domain: EmailDomain, actor: User) -> None:
    """By staff who saw the record in the domain's DNS."""
    _verify(domain, EmailDomain.How.DNS, actor)


@transaction.atomic
def set_auto_join(domain: EmailDomain, on: bool, actor: User) -> None:
    _may(actor, domain.organization)
    if not EmailDomain.objects.filter(pk=domain.pk, verified_at__isnull=False).update(auto_join=on):
        raise Refused(_("Prove the domain first."))
    _record("domain.auto_join" if on else "domain.no_auto_join", domain, actor)


@transaction.atomic
def remove(domain: EmailDomain, actor: User) -> None:
    _may(actor, domain.organization)
    EmailDomain.objects.filter(pk=domain.pk).delete()
    _record("domain.removed", domain, actor)


def auto_join(user: User) -> None:
    """Makes the owner of a confirmed address a viewer where its domain is proved and wants that; nobody who left."""
    mine = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    names = {email.rpartition("@")[2].lower() for email in mine}
    wanted = EmailDomain.objects.filter(
        domain__in=names, auto_join=True, verified_at__isnull=False, organization__is_active=True
    ).select_related("organization")
    for domain in wanted:
        gone = Departure.objects.filter(user=user, organization=domain.organization).exists()
        if not gone and not Membership.objects.filter(user=user, organization=domain.organization).exists():
            services.attach(user, domain.organization, Role.VIEWER, actor=user)


def _verify(domain: EmailDomain, how: EmailDomain.How, actor: User) -> None:
    taken = Refused(_("Another organization has proved this domain. Write to support."))
    try:
        with transaction.atomic():
            done = EmailDomain.objects.filter(pk=domain.pk, verified_at=None).update(
                verified_at=timezone.now(), how=how, code_hash=""
            )
            if not done:
                raise Refused(_("It is proved already."))
            _record("domain.verified", domain, actor, how=how.value)
    except IntegrityError:
        raise taken from None


def _may(actor: User, organization: Organization) -> None:
    if not user_may(actor, Act.PEOPLE_DOMAINS, organization):
        raise Refused(_("Only an owner may do that."))


def _not_too_many(organization: Organization) -> None:
    """By the log: a domain that was taken out and entered anew is one more mail to a stranger."""
    asked = AuditEntry.objects.filter(organization=organization, action="domain.asked")
    if asked.filter(at__gt=timezone.now() - timedelta(hours=1)).count() >= AN_HOUR:
        raise Refused(_("That is %(number)s codes within an hour. Go on a little later.") % {"number": AN_HOUR})


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _record(action: str, domain: EmailDomain, actor: User, **data: str) -> None:
    facts = {"domain": domain.domain, **data}
    record(action, actor=actor, target=domain.organization, organization=domain.organization, data=facts)
