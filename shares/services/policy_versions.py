"""From the draft of a policy to a version that requests go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

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
    if made := _make(policy, actor):
        _record(made, actor)
    return made


def _make(policy: Policy, actor: User) -> PolicyVersion | None:
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    content, newest = draft(policy), policy.versions.first()
    if newest and core.from_json(newest.content) == content:
        return None
    number = newest.number + 1 if newest else 1
    return PolicyVersion.objects.create(policy=policy, number=number, content=core.to_json(content), made_by=actor)


def _record(made: PolicyVersion, actor: User) -> None:
    record("policy.version", actor=actor, target=made.policy, data={"number": made.number, "content": made.content})


def naming(user: User) -> QuerySet[Policy]:
    """Those in which this person stands by themselves."""
    concerned = Q(backups=user) | Q(stages__people=user)
    return Policy.objects.filter(pk__in=Policy.objects.filter(concerned).values("pk")).order_by("pk")


def forget(user: User, actor: User) -> Callable[[], None]:
    """Take somebody who left out of every policy. Requests that wait go on with the version without them. What it
    returns writes that into the audit log, for the end of the caller's transaction."""
    user.approver_groups.clear()
    versions = []
    for policy in naming(user):
        policy.backups.remove(user)
        for stage in policy.stages.all():
            stage.people.remove(user)
        if made := _make(policy, actor):
            versions.append(made)
            held = PinnedPolicy.objects.filter(version__policy=policy, request__state=RequestState.SUBMITTED)
            held.update(version=made)

    def note() -> None:
        for made in versions:
            _record(made, actor)

    return note
