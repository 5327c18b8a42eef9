"""Which questions may be answered by mail, and the address that such an answer goes to."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from portal.mail import replying
from portal.mail.letters import Token
from shares.core.personal import looks_personal
from shares.models import Ask, ShareRequest
from shares.services import policies, versions

KIND = "a"


def address_of(ask: Ask) -> str:
    """Where an answer by mail to this question goes; "" where none may be given."""
    return replying.address(KIND, ask.pk, _bound(ask)) if replying.is_on() and not obstacle(ask.request) else ""


def is_for(token: Token, ask: Ask) -> bool:
    """Whether we made this token, for this question."""
    return replying.holds(token, _bound(ask))


def obstacle(request: ShareRequest) -> str:
    """Why a reply does not decide this request, for gettext; "" where it may. One mailbox is a weaker witness than a
    page: it is not asked about personal data, unproved accounts, or what takes several people."""
    if not request.consumer_account.is_proved:
        return gettext_noop("the account is not proved")
    if policies.has_pii(request) or any(looks_personal(name) for name in _columns(request)):
        return gettext_noop("it may hold personal data")
    if not policies.code_suffices(request):
        return gettext_noop("its policy wants a sign-in")
    if policies.is_for_several(request):
        return gettext_noop("it takes several approvers")
    return ""


def _columns(request: ShareRequest) -> list[str]:
    items = (item for dataset in request.datasets.all() for item in versions.exposed(dataset))
    return [column.name for item in items for column in item.columns]


def _bound(ask: Ask) -> str:
    """The seal holds for this approver and this revision, and for nothing else."""
    return f"{ask.public_id}:{ask.revision}:{ask.approver_id}"
