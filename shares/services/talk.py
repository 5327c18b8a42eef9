"""Questions and answers about a request, on its page and by answering the mail that brings them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from portal.audit.record import record
from portal.mail import receive, replying
from portal.mail.letters import Letter
from portal.people.guards import user_may
from portal.people.models import Membership, User
from portal.people.permissions import Act, allows
from shares import talk_mails
from shares.core.answers import unquoted
from shares.core.mentions import mentioned
from shares.mail_post import requester
from shares.models import Remark, ShareRequest
from shares.services import visible

KIND = "t"
LONGEST = 4000


def listen() -> None:
    receive.register(KIND, take)


def may_talk(user: User, request: ShareRequest) -> bool:
    """Whoever asks for the organization, the provider's operators, and those who were asked to decide."""
    asked = allows(Act.REQUEST_TALK, provider="approver") and request.asks.filter(approver=user).exists()
    return user.is_active and (asked or user_may(user, Act.REQUEST_TALK, request.organization))


def has_remarks(request: str = "pk") -> Exists:
    """For a query: whether anything was said about the request to which `request` leads."""
    return Exists(Remark.objects.filter(request=OuterRef(request)))


def remarks(request: ShareRequest) -> list[Remark]:
    """What was said about it, in its order."""
    return list(Remark.objects.filter(request=request).select_related("author"))


def say(request: ShareRequest, author: User, text: str) -> Remark:
    """Note it, tell the others and whoever is named in it; `text` of 1 to LONGEST characters, by one who may talk."""
    own = Membership.objects.filter(organization=request.organization, user=author).exists()
    with transaction.atomic():
        remark = Remark.objects.create(request=request, author=author, by_provider=not own, text=text[:LONGEST])
        for user in sorted(_others(request, author) | (named(request, text) - {author}), key=lambda one: one.pk):
            talk_mails.remark(remark, user, address_of(request, user))
        data = {"remark": remark.pk}
        record("request.remark", actor=author, target=request, organization=request.organization, data=data)
    return remark


def address_of(request: ShareRequest, user: User) -> str:
    """Where this person's answer by mail goes; "" where replies are off, and for whoever may only read."""
    may_answer = replying.is_on() and may_talk(user, request)
    return replying.address(KIND, request.pk, _bound(request, user)) if may_answer else ""


def take(letter: Letter, sender: User) -> str:
    """What portal.mail.receive calls, inside its transaction: `taken`, or why not."""
    request = ShareRequest.objects.filter(pk=letter.token.number).first() if letter.token else None
    if not replying.is_on():
        return "replies are off"
    if request is None or letter.token is None or not replying.holds(letter.token, _bound(request, sender)):
        return "not our seal"
    if not may_talk(sender, request):
        return "may not talk about it (any more)"
    text = unquoted(letter.text)[:LONGEST]
    if not text:
        return "not understood"
    say(request, sender, text)
    return receive.TAKEN


def named(request: ShareRequest, text: str) -> set[User]:
    """Who is called by name with an @, of those who may see the request. Whoever else has that name hears nothing, and
    the author does not learn whether they exist."""
    people = User.objects.filter(
        Q(memberships__organization=request.organization_id)
        | Q(asks__request=request)
        | Q(is_staff=True)
        | Q(is_superuser=True),
        is_active=True,
    ).distinct()
    found = mentioned(text, dict(people.values_list("pk", "name")))
    return {user for user in people.filter(pk__in=found) if may_see(user, request)}


def may_see(user: User, request: ShareRequest) -> bool:
    """Whether a page of the request is open to them: the customer's, or that of what they were asked."""
    return visible.requests(user).filter(pk=request.pk).exists() or request.asks.filter(approver=user).exists()


def _others(request: ShareRequest, author: User) -> set[User]:
    """The requester, or the owners once they left; those who are asked now, and whoever spoke before; as far as they
    still may."""
    people = {*requester(request), *(ask.approver for ask in request.asks.filter(revision=request.revision))}
    people |= {remark.author for remark in Remark.objects.filter(request=request).select_related("author")}
    return {one for one in people - {author} if may_talk(one, request)}


def _bound(request: ShareRequest, user: User) -> str:
    return f"{request.public_id}:{user.pk}"
