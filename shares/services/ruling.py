"""Requests that a rule decides, before anybody is asked."""

from __future__ import annotations

from django.utils import timezone

from portal.audit.record import record
from shares import mails
from shares.core.policies import Rule
from shares.core.states import RequestState
from shares.models import PolicyVersion, ShareRequest
from shares.services import policies
from shares.services.entitling import carry_out


def settle(request: ShareRequest) -> bool:
    """Decide it by the rules that it goes by, in the caller's transaction. False where people decide."""
    if found := policies.refusing(request):
        rule, _ = found
        _close(request, RequestState.DECLINED, rule.name, rule.reason)
        mails.declined(request)
        _record(request, "request.declined", [found])
        return True
    approving = policies.approving(request)
    if not approving:
        return False
    _close(request, RequestState.APPROVED, approving[0][0].name, "")
    granted = carry_out(request, request.requester)
    mails.approved(request)
    _record(request, "request.approved", approving)
    for action, target, data in granted:
        record(action, target=target, organization=request.organization, data=data)
    return True


def _close(request: ShareRequest, state: RequestState, rule: str, reason: str) -> None:
    ShareRequest.objects.filter(pk=request.pk, state=RequestState.SUBMITTED).update(
        state=state.value, decided_at=timezone.now(), decided_rule=rule, decision_reason=reason
    )
    request.refresh_from_db()


def _record(request: ShareRequest, action: str, found: list[tuple[Rule, PolicyVersion]]) -> None:
    rules = [{"rule": rule.name, "policy": str(version.policy), "version": version.number} for rule, version in found]
    data = {"rules": rules, "plan_digest": request.plan_digest}
    record(action, target=request, organization=request.organization, data=data)
