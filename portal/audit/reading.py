"""What of the audit log a person may read, narrowed by what they ask for."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from portal.audit import pseudonyms
from portal.audit.forms import Narrow
from portal.audit.models import AuditEntry
from portal.people import guards
from portal.people.models import User
from portal.people.permissions import Act, allows


def may_read(request: HttpRequest) -> bool:
    """The provider's staff read everything; an owner the part about the current organization."""
    return guards.may(request, Act.AUDIT_READ)


def reads_all(request: HttpRequest) -> bool:
    """Whether it is everybody's, and people by their address."""
    return isinstance(request.user, User) and allows(Act.AUDIT_READ, provider=request.user.provider_role)


def entries(request: HttpRequest) -> QuerySet[AuditEntry]:
    """What this person may read, newest first; nothing for those who may not."""
    found = AuditEntry.objects.order_by("-id").select_related("organization", "actor")
    if reads_all(request):
        return found
    return found.filter(organization=guards.current_organization(request)) if may_read(request) else found.none()


def narrowed(request: HttpRequest, found: QuerySet[AuditEntry], asked: Narrow) -> QuerySet[AuditEntry]:
    """Those of `found` that fit a valid form. Nobody is found by what this person is not shown of them."""
    data = asked.cleaned_data
    if data["action"]:
        found = found.filter(Q(action=data["action"]) | Q(action__startswith=f"{data['action']}."))
    if data["q"]:
        words = data["q"]
        people = list(_people(request, words).values_list("pk", flat=True)[:200])
        about = Q(target_type="people.user", target_id__in=[str(pk) for pk in people])
        named = Q(actor__in=people) | about
        found = found.filter(
            named | Q(actor_label__icontains=words) | Q(target_label__icontains=words) | Q(request_id=words)
        )
    if data["since"]:
        found = found.filter(at__gte=datetime.combine(data["since"], time.min, UTC))
    if data["until"]:
        found = found.filter(at__lte=datetime.combine(data["until"], time.max, UTC))
    return found


def _people(request: HttpRequest, words: str) -> QuerySet[User]:
    if reads_all(request):
        return User.objects.filter(Q(email__icontains=words) | Q(name__icontains=words))
    return pseudonyms.found_by_customers(words, guards.current_organization(request))
