"""Ask for a share, and take the asking back."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import Organization, User
from shares import mails, request_mails
from shares.core.accounts import AccountIdentity
from shares.core.plan import plan
from shares.core.spec import Phase, converged
from shares.core.states import RequestKind, RequestState
from shares.models import (
    Ask,
    ConsumerAccount,
    Dataset,
    Move,
    ProviderAccount,
    RequestLine,
    Share,
    ShareRequest,
    Workspace,
)
from shares.services import desired, endings, handshakes, move_facts, pairs, policies, preflight, quotas, waiting
from shares.services.clock import moment
from shares.services.naming import learn_pasted
from shares.services.pairs import Difference, asked, due
from shares.services.readings import count_rows_of
from shares.services.step_words import Kept, kept
from shares.services.versions import contents

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The request cannot be sent; `field` says which part of the form is meant ("" the whole)."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


@dataclass(frozen=True)
class Draft:
    """What a customer filled in, read and typed."""

    organization: Organization
    requester: User
    datasets: Sequence[Dataset]
    workspaces: Sequence[Workspace]
    identity: AccountIdentity
    reason: str
    valid_until: date | None = None
    # A move: the share that this one takes the place of, and for how many days both stay.
    leaving: Share | None = None
    overlap_days: int = 0


def submit(draft: Draft) -> ShareRequest:
    """Store the request, ask its approvers, and tell the requester. Raises Refused."""
    identity, provider = check(draft)
    if words := quotas.too_many(draft.organization):
        raise Refused("", words)
    with transaction.atomic():
        account = account_of(draft.organization, identity)
        share = share_for(draft.organization, account, provider)
        refuse_twin(share, draft.datasets, (RequestKind.NEW, RequestKind.CHANGE))
        if objection := endings.objection(share) or move_facts.objection(share):
            raise Refused("", objection)
        if old := draft.leaving:
            _refuse_move(old, share)
            steps = planned(lambda: dry_run_of_move(old, share))
        else:
            difference = Difference(tuple(product(draft.datasets, draft.workspaces)))
            steps = planned(lambda: dry_run(share, difference))
        request = ShareRequest.objects.create(
            kind=(RequestKind.MOVE if draft.leaving else RequestKind.NEW).value,
            organization=draft.organization,
            requester=draft.requester,
            consumer_account=account,
            provider_account=share.provider_account,
            reason=draft.reason.strip(),
            valid_until=draft.valid_until,
            plan_sql=steps,
            plan_digest=digest(steps),
        )
        request.datasets.set(draft.datasets)
        request.workspaces.set(draft.workspaces)
        if draft.leaving:
            _note_move(request, draft.leaving, share, draft.overlap_days)
        handshakes.ensure(account, share.provider_account, draft.requester)
        announce(request)
    return request


def announce(request: ShareRequest) -> None:
    """Ask its approvers, tell the requester, and write down what was asked."""
    asks, difference = ask_or_settle(request), asked(request)
    if request.is_open:
        mails.received(request)
    data = {
        "kind": request.kind,
        "account": str(request.consumer_account),
        **told(difference),
        "until": request.valid_until,
        "plan_digest": request.plan_digest,
        "asked": [ask.approver.email for ask in asks],
    }
    record("request.submitted", actor=request.requester, target=request, organization=request.organization, data=data)


def told(difference: Difference) -> dict[str, object]:
    """A difference as an audit entry keeps it: by slug, the tenant keys."""
    found: dict[str, object] = {}
    for name, side in (("datasets", difference.put_in), ("taken_out", difference.taken_out)):
        found[name] = {dataset.slug: [item.tenant_key for item in workspaces] for dataset, workspaces in side}
    return found


def check(draft: Draft) -> tuple[AccountIdentity, ProviderAccount]:
    if not draft.datasets:
        raise Refused("datasets", _("Choose at least one dataset."))
    if any(not dataset.is_published or dataset.version_id is None for dataset in draft.datasets):
        raise Refused("datasets", _("Choose among the datasets of the catalog."))
    if not draft.workspaces:
        raise Refused("workspaces", _("Choose at least one workspace: it says whose rows are shared."))
    mine = {workspace.pk for workspace in draft.organization.workspaces.filter(is_active=True)}
    if any(workspace.pk not in mine for workspace in draft.workspaces):
        raise Refused("workspaces", _("Choose among your own workspaces."))
    if not draft.reason.strip():
        raise Refused("reason", _("Say in a sentence what the data is for: the data owner decides by it."))
    if draft.valid_until and draft.valid_until <= timezone.now().date():
        raise Refused("valid_until", _("Choose a day after today, or leave it empty for no end."))
    checked = preflight.check(draft.organization, draft.identity, draft.datasets)
    if checked.provider_account is None or not checked.possible:
        raise Refused("account" if checked.identity.region else "region", checked.first_obstacle)
    return checked.identity, checked.provider_account


def account_of(organization: Organization, identity: AccountIdentity) -> ConsumerAccount:
    known = preflight.find_account(identity)
    if known is not None:
        return learn_pasted(known, identity)
    names = {"snowflake_organization": identity.organization, "account_name": identity.account}
    try:
        with transaction.atomic():
            return ConsumerAccount.objects.create(
                organization=organization, locator=identity.locator, region=identity.region, **names
            )
    except IntegrityError:
        # Somebody named the same account between the check and the insert: the check would say so now.
        raise Refused("account", _("This account was entered by somebody else just now. Send it again.")) from None


def share_for(organization: Organization, account: ConsumerAccount, provider: ProviderAccount) -> Share:
    share, _ = Share.data.get_or_create(
        organization=organization, consumer_account=account, defaults={"provider_account": provider}
    )
    # Locked, so that of two equal requests at the same moment the second finds the first.
    return Share.objects.select_for_update(no_key=True).get(pk=share.pk)


def refuse_twin(
    share: Share, datasets: Iterable[Dataset], kinds: Iterable[RequestKind], but: ShareRequest | None = None
) -> None:
    """Of these kinds one request at a time asks for a dataset. Raises Refused."""
    wanted = {dataset.pk for dataset in datasets}
    others = ShareRequest.objects.filter(
        organization=share.organization_id,
        consumer_account=share.consumer_account_id,
        state=RequestState.SUBMITTED,
        kind__in=kinds,
    ).prefetch_related("datasets")
    for other in others:
        if other != but and wanted & {dataset.pk for dataset in other.datasets.all()}:
            words = _("%(request)s already asks for this and waits for a decision. Withdraw it first to change it.")
            raise Refused("", words % {"request": other})


def _refuse_move(old: Share, new: Share) -> None:
    # Locked, so that of two moves at the same moment the second finds the first.
    old = Share.objects.select_for_update(no_key=True).get(pk=old.pk)
    if old.pk == new.pk:
        raise Refused("account", _("The share is in this account already. Name the account that it should move to."))
    if words := move_facts.obstacle(old, new):
        raise Refused("", words)
    if move_facts.open_moves().filter(Q(old_share__in=(old, new)) | Q(new_share__in=(old, new))).exists():
        raise Refused("", _("Another move of this share is under way. Wait for its end, or call it off first."))
    same = {"organization": old.organization_id, "consumer_account": old.consumer_account_id}
    if undecided := ShareRequest.objects.filter(**same, state=RequestState.SUBMITTED).first():
        words = _("%(request)s for this share waits for a decision. Wait for it, or withdraw it first.")
        raise Refused("", words % {"request": undecided})


def _note_move(request: ShareRequest, old: Share, new: Share, overlap_days: int) -> None:
    Move.objects.create(old_share=old, new_share=new, request=request, overlap_days=overlap_days)
    RequestLine.objects.bulk_create(
        RequestLine(request=request, dataset=dataset, workspace=workspace, adds=True)
        for dataset, workspace in pairs.granted(old, moment(old))
    )


def planned(dry: Callable[[], list[Kept]]) -> list[Kept]:
    """What a dry run plans. Raises Refused, in words for a customer, where a dataset cannot be planned."""
    try:
        return dry()
    except ValueError as error:
        logger.error("a published dataset cannot be planned: %s", error)
        raise Refused("datasets", _("One of these is not set up completely. Write to support about it.")) from None


def dry_run(share: Share, difference: Difference) -> list[Kept]:
    """The statements that approval would cause (step_words.kept): from what is approved to what is asked."""
    now = timezone.now()
    allowed = desired.entitlement(share, now)
    wanted = desired.altered(allowed, difference)
    published = contents(share, {**allowed, **wanted}, now)
    before = desired.build(share, allowed, published, Phase.LIVE, may_add=True)
    after = desired.build(share, wanted, published, Phase.LIVE, may_add=True)
    return [kept(step) for step in plan(after, converged(before)).steps]


def dry_run_of_move(old: Share, new: Share) -> list[Kept]:
    """The statements that build in `new` what is granted on `old` now, in the versions that it has there."""
    now = timezone.now()
    allowed = desired.entitlement(old, now)
    published = contents(old, allowed, now)
    after = desired.build(new, allowed, published, Phase.LIVE, may_add=True)
    before = desired.build(new, {}, {}, Phase.LIVE, may_add=True)
    return [kept(step) for step in plan(after, converged(before)).steps]


def is_void(request: ShareRequest) -> bool:
    """Whether it asks about a share on which nothing of what it needs is left."""
    if request.kind not in (RequestKind.CHANGE, RequestKind.RENEWAL):
        return False
    share = Share.data.get(organization=request.organization_id, consumer_account=request.consumer_account_id)
    if request.kind == RequestKind.CHANGE:
        return not share.grants.in_force(moment(share)).exists()
    return not due(request, share).added


def plan_now(request: ShareRequest) -> list[Kept]:
    """What approving it would run at this moment."""
    if move := move_facts.of_request(request):
        return dry_run_of_move(move.old_share, move.new_share)
    share = Share.data.get(organization=request.organization_id, consumer_account=request.consumer_account_id)
    return dry_run(share, due(request, share))


def digest(steps: Iterable[Kept]) -> str:
    """SHA-256 in hex over the statements in their order."""
    return hashlib.sha256("\0".join(item["sql"] for item in steps).encode()).hexdigest()


def ask_or_settle(request: ShareRequest) -> list[Ask]:
    """Decide it by the rules of its policies, or ask its approvers."""
    # What a rule approves is carried out at once, and what carries it out builds on this module.
    from shares.services import ruling

    policies.pin(request)
    count_rows_of(request)
    return [] if ruling.settle(request) else ask_approvers(request)


def ask_approvers(request: ShareRequest) -> list[Ask]:
    """One question and one mail for each whose turn it is with this revision; what was asked already is not again."""
    asks = []
    for user in sorted(policies.asked_now(request), key=lambda item: item.pk):
        ask, _ = Ask.objects.get_or_create(request=request, approver=user, revision=request.revision)
        mails.ask(ask)
        asks.append(ask)
    return asks


def withdraw(request: ShareRequest, by: User) -> None:
    """Take an undecided request back. Raises Refused when it is decided already."""
    with transaction.atomic():
        changed = ShareRequest.objects.filter(pk=request.pk, state=RequestState.SUBMITTED).update(
            state=RequestState.WITHDRAWN, decided_at=timezone.now(), decided_by=by
        )
        if changed != 1:
            raise Refused("", _("This request is decided already. End the share instead."))
        request.refresh_from_db()  # It may have been changed since the page was read, and others be asked.
        request_mails.called_off(request, waiting.unanswered(request), "withdrawn")
        record("request.withdrawn", actor=by, target=request, organization=request.organization)
