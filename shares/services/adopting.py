"""Take over a share that was there before Firn: a person confirms the plan that they saw, and the ordinary reconcile
carries it out. Until it has marked the share, nothing of it is touched."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import Organization, User
from shares.core.said import Said
from shares.core.spec import Granted
from shares.core.states import RequestKind, RequestState
from shares.models import Adoption, ConsumerAccount, Grant, ProviderAccount, Run, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services.adoption_plans import CannotAdopt, Proposal, share_of
from shares.services.bell import wake
from shares.services.clock import moment
from shares.services.handshakes import mark_proved


def confirm(
    account: ProviderAccount, proposal: Proposal, organization: Organization, by: User, *, days: int, reason: str
) -> Share:
    """The person answers for the mapping and for whose account it is; the worker carries out what they saw. Raises
    CannotAdopt."""
    if proposal.problems:
        raise CannotAdopt(proposal.problems[0])
    now = timezone.now()
    with transaction.atomic():
        consumer = _vouched(account, proposal, organization, by)
        share = _stored(account, proposal, consumer)
        _grant(share, proposal, by, reason)
        Adoption.objects.update_or_create(
            share=share,
            defaults={
                "found": proposal.found,
                "kept": [[*_plain(one.granted), one.dataset, one.stays] for one in proposal.kept],
                "plan_sql": [*proposal.steps, *proposal.later],
                "plan_digest": proposal.digest,
                "overlap_until": now + timedelta(days=days),
                "confirmed_by": by,
                "confirmed_at": now,
                "reason": reason,
            },
        )
        wake(share.pk, Run.Trigger.STAFF)
        data = {
            "plan_digest": proposal.digest,
            "account": str(consumer),
            "datasets": [dataset.slug for dataset in proposal.datasets],
            "workspaces": [item.tenant_key for item in proposal.workspaces],
            "was": [".".join(one.granted.path) for one in proposal.held],
            "overlap_days": days,
            "reason": reason,
        }
        record("share.adopted", actor=by, target=share, organization=organization, data=data)
    return share


def _plain(granted: Granted) -> tuple[str, str, list[str]]:
    return granted.privilege, granted.kind, list(granted.path)


def _vouched(account: ProviderAccount, proposal: Proposal, organization: Organization, by: User) -> ConsumerAccount:
    unsaved = share_of(account, proposal.candidate, proposal.candidate.account).consumer_account
    consumer, _ = ConsumerAccount.objects.get_or_create(
        snowflake_organization=unsaved.snowflake_organization,
        account_name=unsaved.account_name,
        locator=unsaved.locator,
        region=unsaved.region,
        defaults={"organization": organization},
    )
    if consumer.organization_id != organization.pk:
        raise CannotAdopt(f"{consumer} belongs to {consumer.organization}.")
    note = Said("Took over the share %(share)s.", share=proposal.candidate.name)
    mark_proved(consumer, ProofKind.VOUCHED, by, note)
    return consumer


def _stored(account: ProviderAccount, proposal: Proposal, consumer: ConsumerAccount) -> Share:
    """One row for it, also when an earlier confirmation came to nothing."""
    unsaved = share_of(account, proposal.candidate, consumer)
    empty = Share.data.filter(organization=consumer.organization_id, consumer_account=consumer, grants__isnull=True)
    # A request that nobody approved has left a row behind.
    empty.exclude(public_id=unsaved.public_id).update(
        public_id=unsaved.public_id,
        provider_account=account,
        adopted_name=unsaved.adopted_name,
        adopted_database=unsaved.adopted_database,
    )
    share, _ = Share.data.get_or_create(
        organization=consumer.organization,
        consumer_account=consumer,
        defaults={
            "public_id": unsaved.public_id,
            "provider_account": account,
            "adopted_name": unsaved.adopted_name,
            "adopted_database": unsaved.adopted_database,
        },
    )
    share = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
    if share.public_id != unsaved.public_id or share.ready_at:
        raise CannotAdopt(f"{consumer} has the share {share.name} from Firn already.")
    Share.objects.filter(pk=share.pk).update(
        closes_at=None, taken_back_at=None, blocked_at=None, blocked_reason="", blocked_what_to_do=""
    )
    return share


def _grant(share: Share, proposal: Proposal, by: User, reason: str) -> None:
    now = moment(share)
    share.grants.not_over(now).update(revoked_at=now, revoked_by=by, revoke_reason="Confirmed anew.")
    request = ShareRequest.objects.create(
        kind=RequestKind.ADOPTION.value,
        organization=share.organization,
        requester=by,
        consumer_account=share.consumer_account,
        provider_account=share.provider_account,
        reason=reason,
        plan_sql=proposal.steps,
        plan_digest=proposal.digest,
        state=RequestState.APPROVED.value,
        decided_at=now,
        decided_by=by,
    )
    request.datasets.set(proposal.datasets)
    request.workspaces.set(proposal.workspaces)
    for dataset in proposal.datasets:
        grant = Grant.objects.create(share=share, dataset=dataset, request=request, valid_from=now)
        grant.workspaces.set(proposal.workspaces)
