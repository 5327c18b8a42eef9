"""Policies in words: for customers without names, for the provider's people with them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.models import User
from shares.core import policies as core
from shares.core.policies import Effect, Facts, Policy, Rule, Stage, When
from shares.models import ApproverGroup, Dataset, ShareRequest
from shares.models.requests import listed
from shares.services import policies


@dataclass(frozen=True)
class Told:
    """One line: what it is called, and what it says."""

    name: str
    words: str


def of_policy(policy: Policy, *, named: bool) -> list[Told]:
    """Its stages in their order, then its rules."""
    stages = [Told(stage.name, of_stage(stage, named=named)) for stage in policy.stages]
    return [*stages, *(Told(rule.name, of_rule(rule)) for rule in policy.rules)]


def of_stage(stage: Stage, *, named: bool) -> str:
    when = {
        When.ALWAYS: "",
        When.PII: _("Only where personal data is asked for: "),
        When.NEW_CUSTOMER: _("Only for a customer who never had a share: "),
    }[When(stage.when)]
    if stage.needs == 0:
        how = _("everybody who is asked has to approve")
    else:
        how = ngettext("%(number)d approval is enough", "%(number)d approvals are needed", stage.needs) % {
            "number": stage.needs
        }
    who = f" ({listed(_names(stage))})" if named else ""
    words = f"{when}{how}{who}."
    return words[0].upper() + words[1:]


def _names(stage: Stage) -> list[str]:
    people = User.objects.filter(pk__in=stage.people).order_by("name", "email")
    groups = ApproverGroup.objects.filter(pk__in=stage.groups)
    return [
        *([_("those named on the dataset")] if stage.dataset_approvers else []),
        *([_("those named on the dataset for privacy")] if stage.privacy_approvers else []),
        *([_("the customer's account manager")] if stage.account_manager else []),
        *(user.display_name for user in people),
        *(_("the group %(name)s") % {"name": group} for group in groups),
    ]


def of_rule(rule: Rule) -> str:
    wants = listed(_requirements(rule)) or _("nothing")
    if rule.effect == Effect.APPROVE:
        return _("Approves by itself: %(what)s.") % {"what": wants}
    return _("Refuses at once what lacks one of these: %(what)s. %(reason)s") % {"what": wants, "reason": rule.reason}


def _requirements(rule: Rule) -> list[str]:
    days = rule.max_days or 0
    return [
        *([_("no personal data")] if rule.without_pii else []),
        *([_("the account is proved")] if rule.proved else []),
        *([_("the customer is in good standing")] if rule.good_standing else []),
        *([_("the same region")] if rule.same_region else []),
        *(
            [ngettext("a window of %(days)d day at most", "a window of %(days)d days at most", days) % {"days": days}]
            if rule.max_days is not None
            else []
        ),
    ]


def preview(policy: Policy, facts: Facts, *, named: bool = True) -> list[Told]:
    """What a request with these facts would go through."""
    if rule := core.refusal(policy, facts):
        return [Told(rule.name, _("Refused at once: %(reason)s") % {"reason": rule.reason})]
    if rule := core.approval(policy, facts):
        return [Told(rule.name, _("Approved at once by this rule, if the request is about nothing else."))]
    stages = core.stages_for(policy, facts)
    return [
        Told(f"{number}. {stage.name}", of_stage(stage, named=named)) for number, stage in enumerate(stages, start=1)
    ]


@dataclass(frozen=True)
class SeatShown:
    """A stage of a request as its page shows it; `names` only to the provider's people."""

    dataset: Dataset
    stage: Stage
    status: str
    escalated: bool
    words: str
    names: str


def panel(request: ShareRequest, *, named: bool) -> list[SeatShown]:
    """Who decides this request, stage by stage. Empty where no policy holds: then its datasets' owners do."""
    # Pages that read the request anyway look with the same query whether there is a policy at all.
    if not request.is_open or not getattr(request, "has_policy", True) or not policies.pinned(request):
        return []
    return [
        SeatShown(
            seat.dataset,
            seat.stage,
            seat.status,
            seat.escalated,
            of_stage(seat.stage, named=False),
            listed(sorted(user.display_name for user in seat.people)) if named else "",
        )
        for seat in policies.panel(request)
    ]
