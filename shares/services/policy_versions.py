"""From the draft of a policy to a version that requests go by."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from portal.audit.record import record
from portal.people.models import User
from shares.core import policies as core
from shares.core.policies import Rule, Stage
from shares.core.states import RequestState
from shares.models import PinnedPolicy, Policy, PolicyVersion

_REQUIREMENTS = ("without_pii", "proved", "good_standing", "same_region", "max_days")


def draft(policy: Policy) -> core.Policy:
    """What stands in the administration now."""
    stages = [
        Stage(
            name=row.name,
            when=row.when,
            people=_pks(row.people.values_list("pk", flat=True)),
            groups=_pks(row.groups.values_list("pk", flat=True)),
            account_manager=row.account_manager,
            dataset_approvers=row.dataset_approvers,
            privacy_approvers=row.privacy_approvers,
            needs=row.needs,
        )
        for row in policy.stages.all()
    ]
    rules = [
        Rule(
            name=row.name,
            effect=row.effect,
            reason=row.reason,
            **{field: getattr(row, field) for field in _REQUIREMENTS},
        )
        for row in policy.rules.all()
    ]
    return core.Policy(
        tuple(stages), tuple(rules), _pks(policy.backups.values_list("pk", flat=True)), policy.code_suffices
    )


def _pks(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(found))


@transaction.atomic
def publish(policy: Policy, actor: User) -> PolicyVersion | None:
    """The next version; requests that wait keep theirs. None where the draft does not differ from the newest."""
    Policy.objects.select_for_update().get(pk=policy.pk)
    content, newest = draft(policy), policy.versions.first()
    if newest and core.from_json(newest.content) == content:
        return None
    number = newest.number + 1 if newest else 1
    made = PolicyVersion.objects.create(policy=policy, number=number, content=core.to_json(content), made_by=actor)
    record("policy.version", actor=actor, target=policy, data={"number": number, "content": made.content})
    return made


def forget(user: User, actor: User) -> None:
    """Take somebody who left out of every policy. Requests that wait go on with the version without them."""
    user.approver_groups.clear()
    concerned = Policy.objects.filter(Q(backups=user) | Q(stages__people=user)).distinct()
    for policy in concerned:
        policy.backups.remove(user)
        for stage in policy.stages.all():
            stage.people.remove(user)
        if made := publish(policy, actor):
            held = PinnedPolicy.objects.filter(version__policy=policy, request__state=RequestState.SUBMITTED)
            held.update(version=made)
