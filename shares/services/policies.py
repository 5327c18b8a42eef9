"""Who is asked about a request, and when that is enough. The one place that answers it, for every door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone

from portal.mail import marking
from portal.people.models import Organization, User
from shares.core import policies as core
from shares.core.policies import Facts, Policy, Rule, Stage, When
from shares.core.published import personal
from shares.core.states import RequestState
from shares.models import Dataset, Delegation, PinnedPolicy, PolicyVersion, ShareRequest, Vote
from shares.models.requests import ESCALATED
from shares.services import privacy

# A request without a policy has one stage whatever holds of it: looking is spared.
_PLAIN_FACTS = Facts(False, False, True, True, False, None)


@dataclass(frozen=True)
class Seat:
    """One stage for one dataset. `people` decide it; `escalated`: its own cannot or do not answer, so others are asked.
    `status` is done, now or later; `silent`: mail reaches nobody of those who could still answer; `instead`: who of
    `people` is asked in the place of its own."""

    dataset: Dataset
    stage: Stage
    people: frozenset[User]
    yes: frozenset[User]
    escalated: bool
    status: str
    silent: bool = False
    instead: frozenset[User] = frozenset()


def pin(request: ShareRequest) -> None:
    """Hold the newest version of each dataset's policy for this request; what is held already stays."""
    held = set(request.pinned_policies.values_list("dataset", flat=True))
    wanted = list(request.datasets.all())
    request.pinned_policies.exclude(dataset__in=wanted).delete()
    for dataset in wanted:
        version = newest(dataset) if dataset.pk not in held else None
        if version:
            PinnedPolicy.objects.create(request=request, dataset=dataset, version=version)


def newest(dataset: Dataset) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(policy__datasets=dataset).order_by("-number").first()


def newest_content() -> Subquery:
    """For a query of datasets: what the newest version of each one's policy says, None of one without a policy."""
    versions = PolicyVersion.objects.filter(policy__datasets=OuterRef("pk")).order_by("-number")
    return Subquery(versions.values("content")[:1])


def policy_of(dataset: Dataset) -> Policy:
    """What a new request for it would go by."""
    version = newest(dataset)
    return core.from_json(version.content) if version else core.PLAIN


def pinned(request: ShareRequest) -> dict[int, Policy]:
    """By dataset, what this request goes by."""
    held = request.pinned_policies.select_related("version")
    return {item.dataset_id: core.from_json(item.version.content) for item in held}


def has_policy(request: str = "pk") -> Exists:
    """For a query: whether a request goes by one. `request` is the way to it."""
    return Exists(PinnedPolicy.objects.filter(request=OuterRef(request)))


def code_suffices(request: ShareRequest) -> bool:
    """Whether the code from the mail decides, without a sign-in. Never about persons."""
    return all(policy.code_suffices for policy in pinned(request).values()) and not has_pii(request)


def is_for_several(request: ShareRequest) -> bool:
    """Whether it takes more than one person's approval."""
    seats = panel(request)
    return not any(all(user in seat.people and _suffices(seat) for seat in seats) for user in asked_now(request))


def _suffices(seat: Seat) -> bool:
    return core.is_met(seat.stage, {user.pk for user in seat.people}, {next(iter(seat.people)).pk})


def facts(request: ShareRequest) -> Facts:
    account, until = request.consumer_account, request.valid_until
    return Facts(
        has_pii=has_pii(request),
        is_proved=account.is_proved,
        good_standing=_good_standing(request.organization),
        same_region=account.region == request.provider_account.region,
        new_customer=not _ever_had(request.organization),
        days=(until - timezone.now().date()).days if until else None,
    )


def has_pii(request: ShareRequest) -> bool:
    """Whether something that it asks for tells of persons."""
    return bool(privacy.columns_of(request))


def _good_standing(organization: Organization) -> bool:
    """Neither switched off nor with a share that was suspended."""
    return organization.is_active and not organization.shares.filter(suspended_at__isnull=False).exists()


def _ever_had(organization: Organization) -> bool:
    return organization.share_requests.filter(state=RequestState.APPROVED).exists()


def panel(request: ShareRequest) -> list[Seat]:
    """Every stage of every dataset, in order: of one dataset, stages are asked one after the other."""
    held = pinned(request)
    known = facts(request) if held else _PLAIN_FACTS
    votes = list(request.votes.filter(revision=request.revision).select_related("approver"))
    yes = frozenset(vote.approver for vote in votes if vote.answer == Vote.Answer.APPROVE and vote.approver.is_active)
    people = _People(request, votes)
    slow = request.asks.filter(revision=request.revision, reminded__gte=ESCALATED).exists()
    found = []
    named = Prefetch("approvers", User.objects.filter(is_active=True))
    for dataset in request.datasets.select_related("version").prefetch_related(named):
        policy, before = held.get(dataset.pk, core.PLAIN), True
        # Each dataset by its own columns: what another one shares of persons is not for this one's people to judge.
        its = replace(known, has_pii=bool(dataset.version and personal(dataset.version.items)))
        for stage in core.stages_for(policy, its):
            own, escalated = people.of(stage, dataset, policy)
            # Nobody is asked in privacy's place because it takes its time.
            late = slow and stage.when != When.PII
            # Whom mail does not reach may still answer, here; they are not waited for.
            besides = people.besides(own, policy) if late or people.too_few(stage, own, yes) else frozenset()
            besides |= people.stood_in(dataset, stage, policy) - own
            met = core.is_met(stage, _pks(own), _pks(yes), _pks(besides))
            asked, instead = own | besides, own if escalated else besides
            status = "done" if met and before else "now" if before else "later"
            silent = status == "now" and not people.reached(asked - yes)
            found.append(Seat(dataset, stage, asked, asked & yes, escalated or bool(besides), status, silent, instead))
            before = before and met
    return found


def _pks(users: Iterable[User]) -> set[int]:
    return {user.pk for user in users}


class _People:
    """Looks up the people of stages, each once."""

    def __init__(self, request: ShareRequest, votes: list[Vote]) -> None:
        self.authors, self.organization = request.authors, request.organization
        self._votes = {vote.approver_id: vote for vote in votes}
        self._deputies = self._answering()
        self._superusers: frozenset[User] | None = None
        self._marked = marking.all_marked()

    def _answering(self) -> dict[int, User]:
        """Who answers for whom. An answer stands: whoever gave one is not replaced, and whoever gave one in another's
        place has it still when that one is back."""
        now, today, stood = timezone.now(), {}, {}
        meant = Delegation.objects.in_force(now.astimezone(UTC).date()) | Delegation.objects.filter(to__in=self._votes)
        for item in meant.filter(may_stand_in("to__")).select_related("to"):
            if item.approver_id in self._votes:
                continue
            if item.held_at(now):
                today[item.approver_id] = item.to
            vote = self._votes.get(item.to_id)
            if vote and item.held_at(vote.created_at):
                stood[item.approver_id] = item.to
        return today | stood

    def of(self, stage: Stage, dataset: Dataset, policy: Policy) -> tuple[frozenset[User], bool]:
        """Who decides, never whoever asks; and whether they stand in for a stage that has nobody."""
        own = self._reachable(self._named(stage, dataset))
        if own:
            return own, False
        return self._backups(policy), True

    def besides(self, own: frozenset[User], policy: Policy) -> frozenset[User]:
        """Who may answer, too, where reminders did not help."""
        return self._backups(policy) - own

    def stood_in(self, dataset: Dataset, stage: Stage, policy: Policy) -> frozenset[User]:
        """Backups who have answered, when its own could not: that counts, too, where its own can again."""
        there = [dataset.pk, stage.name]
        voted = frozenset(vote.approver for vote in self._votes.values() if there in vote.stood_in)
        return voted & (self._backups(policy) | self._fallback()) if voted else voted

    def reached(self, users: frozenset[User]) -> frozenset[User]:
        """Those of them whose mail arrives."""
        return frozenset(user for user in users if user.email.lower() not in self._marked)

    def too_few(self, stage: Stage, own: frozenset[User], yes: frozenset[User]) -> bool:
        """Whether mail comes back from so many of its own that the others are not enough."""
        return not core.is_met(stage, _pks(own), _pks(self.reached(own) | yes))

    def _backups(self, policy: Policy) -> frozenset[User]:
        named = self._reachable(User.objects.filter(pk__in=policy.backups)) if policy.backups else frozenset()
        # Where mail reaches none of them, the superusers are asked, who can see to that.
        return named if self.reached(named) else named | self._fallback()

    def _named(self, stage: Stage, dataset: Dataset) -> set[User]:
        found = set(dataset.approvers.all()) if stage.dataset_approvers else set()
        if stage.privacy_approvers:
            found |= set(dataset.privacy_approvers.all())
        if stage.people:
            found |= set(User.objects.filter(pk__in=stage.people))
        if stage.groups:
            found |= set(User.objects.filter(approver_groups__in=stage.groups))
        if stage.account_manager and self.organization.account_manager:
            found.add(self.organization.account_manager)
        return found

    def _reachable(self, users: Iterable[User]) -> frozenset[User]:
        able = {user for user in users if user.is_active and user.pk not in self.authors}
        return frozenset(self._in_place_of(user) for user in able)

    def _in_place_of(self, user: User) -> User:
        """Whoever answers for them while they are away; themselves where that one cannot."""
        deputy = self._deputies.get(user.pk)
        return deputy if deputy and deputy.is_active and deputy.pk not in self.authors else user

    def _fallback(self) -> frozenset[User]:
        if self._superusers is None:
            self._superusers = self._reachable(User.objects.filter(is_superuser=True))
        return self._superusers


def asked_now(request: ShareRequest) -> set[User]:
    """Whose turn it is."""
    return set().union(*(seat.people for seat in panel(request) if seat.status == "now"))


def is_silent(request: ShareRequest) -> bool:
    """Whether mail reaches nobody of those whose turn it is, at one stage or more."""
    return any(seat.silent for seat in panel(request))


def may_decide(seats: list[Seat], user: User) -> bool:
    """Whether this person's answer counts at this point: of a stage whose turn it is, or of one that is done."""
    return any(user in seat.people for seat in seats if seat.status != "later")


def stands_in(seats: list[Seat], user: User) -> list[list[object]]:
    """For which of them this person answers in the place of those who cannot, as a vote keeps it."""
    return [[seat.dataset.pk, seat.stage.name] for seat in seats if user in seat.instead]


def may_stand_in(user: str = "") -> Q:
    """For a query: who may answer in another's place, approvers and the provider's staff. `user` is the way to them."""
    named = Dataset.approvers.through.objects.values("user")
    able = {f"{user}pk__in": named, f"{user}approver_groups__isnull": False, f"{user}is_staff": True}
    return Q(**able, _connector=Q.OR)


def is_decided(request: ShareRequest) -> bool:
    """Whether every stage has said yes."""
    return all(seat.status == "done" for seat in panel(request))


def refusing(request: ShareRequest) -> tuple[Rule, PolicyVersion] | None:
    """The rule that refuses it at once, of the first policy that has one."""
    for item in request.pinned_policies.select_related("version__policy").order_by("dataset"):
        if rule := core.refusal(core.from_json(item.version.content), facts(request)):
            return rule, item.version
    return None


def approving(request: ShareRequest) -> list[tuple[Rule, PolicyVersion]]:
    """The rules that approve it by themselves: one for each of its datasets, or none at all."""
    held = list(request.pinned_policies.select_related("version__policy").order_by("dataset"))
    if not held or len(held) < request.datasets.count():
        return []
    known = facts(request)
    found = [(core.approval(core.from_json(item.version.content), known), item.version) for item in held]
    return [(rule, version) for rule, version in found if rule] if all(rule for rule, _ in found) else []
