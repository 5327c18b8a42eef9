"""From our tables to the spec of a share: the one place that decides what should be there."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from shares.core.published import Item
from shares.core.spec import AccountRef, Adopted, FunctionSpec, Phase, ShareSpec, ViewSpec
from shares.models import ConsumerAccount, Dataset, Share
from shares.models.shares import Purpose
from shares.services.codes import proof_code
from shares.services.pairs import Difference
from shares.services.versions import Contents, contents
from shares.snowflake import sql

PROOF_VIEW, CODE_COLUMN = "PROOF", "CODE"

# dataset -> tenant keys that may be seen in it
Entitlement = dict[Dataset, set[str]]


def entitlement(share: Share, now: datetime) -> Entitlement:
    """What the grants in force at `now` allow on `share`: never a workspace that is another customer's by now."""
    allowed: Entitlement = defaultdict(set)
    grants = share.grants.in_force(now).select_related("dataset").prefetch_related("workspaces")
    for grant in grants:
        own = (one for one in grant.workspaces.all() if one.organization_id == share.organization_id)
        allowed[grant.dataset] |= {workspace.tenant_key for workspace in own}
    return dict(allowed)


def altered(allowed: Entitlement, difference: Difference) -> Entitlement:
    """`allowed` after what a request takes out of it and puts in."""
    wanted = {dataset: set(old) for dataset, old in allowed.items()}
    for dataset, workspaces in difference.taken_out:
        left = wanted.pop(dataset, set()) - {workspace.tenant_key for workspace in workspaces}
        if left:
            wanted[dataset] = left
    for dataset, workspaces in difference.put_in:
        wanted[dataset] = wanted.get(dataset, set()) | {workspace.tenant_key for workspace in workspaces}
    return wanted


def phase_of(share: Share, allowed: Entitlement, now: datetime) -> Phase:
    """LIVE while something is granted; SUSPENDED by staff, or from the last grant's end to `closes_at`; then GONE."""
    if allowed:
        return Phase.SUSPENDED if share.suspended_at else Phase.LIVE
    if share.closes_at is None or share.closes_at > now:
        return Phase.SUSPENDED
    return Phase.GONE


def spec_of(share: Share, now: datetime) -> ShareSpec:
    """What `share` should be at `now`. The one place that lets an account in: a share with data only when the account
    is proved and its customer's, a code for the proof at any time."""
    if share.purpose == Purpose.HANDSHAKE:
        return handshake_spec(share, now)
    allowed = entitlement(share, now) if is_its_customers(share) else {}
    published = contents(share, allowed, now)
    spec = build(share, allowed, published, phase_of(share, allowed, now), may_add=may_let_in(share))
    return replace(spec, adopted=_adopted(share, allowed, now)) if share.adopted_name else spec


def is_its_customers(share: Share) -> bool:
    """Whether the account is still that of the customer whose share it is (shares.services.rebinding)."""
    return share.consumer_account.organization_id == share.organization_id


def may_let_in(share: Share) -> bool:
    """Whether the account may be added to a share with data: proved, its customer's, named without doubt, and, while it
    is leaving, only where it was let in before.
    """
    account = share.consumer_account
    stays = account.leaving_at is None or share.ready_at is not None
    return account.is_proved and is_its_customers(share) and is_named(share) and stays


def is_named(share: Share) -> bool:
    """Whether Snowflake would take what we know of the account for that account: a bare locator means one in the
    provider's own region, and in another region the same locator is somebody else's.
    """
    account = share.consumer_account
    return bool(account.snowflake_organization) or account.region == share.provider_account.region


def _adopted(share: Share, allowed: Entitlement, now: datetime) -> Adopted:
    """What may stay of a share that was there before Firn: only objects of datasets that are still granted."""
    adoption = share.adoption
    slugs = {dataset.slug for dataset in allowed}
    kept = [item for item in adoption.items if item.dataset in slugs or (not item.dataset and slugs)]
    overlap = [item for item in kept if item.stays] if adoption.overlap_until > now else []
    return Adopted(
        found=adoption.found,
        fresh=share.ready_at is None,
        kept=tuple(item.granted for item in kept),
        overlap=tuple(item.granted for item in overlap),
    )


def handshake_spec(share: Share, now: datetime) -> ShareSpec:
    """One view that holds the newest code while it may be typed; then the share goes."""
    newest = share.handshakes.first()
    still_open = newest is not None and share.handshakes.open_at(now).filter(pk=newest.pk).exists()
    database = share.provider_account.outbound_database
    views: tuple[ViewSpec, ...] = ()
    if newest and still_open and not share.suspended_at and is_its_customers(share) and is_named(share):
        text = sql.constant(CODE_COLUMN, proof_code(newest))
        views = (ViewSpec(PROOF_VIEW, (database, share.name, PROOF_VIEW), (CODE_COLUMN,), text),)
    return ShareSpec(
        share=share.name,
        database=database,
        schema=share.name,
        mark=share.mark,
        phase=Phase.LIVE if views else Phase.GONE,
        views=views,
        accounts=(reference(share.consumer_account),),
        may_add=True,
    )


def build(share: Share, allowed: Entitlement, published: Contents, phase: Phase, *, may_add: bool) -> ShareSpec:
    """The spec of `share` for an entitlement to what was published. An object with a tenant column and no tenant key is
    left out: a filter that filters nothing must never be built."""
    views: list[ViewSpec] = []
    functions: list[FunctionSpec] = []
    database = share.database
    for dataset in sorted(allowed, key=lambda item: item.slug):
        keys = tuple(sorted(allowed[dataset]))
        objects, slug = published[dataset.pk], dataset.slug
        views += [view_of(item, slug, keys) for item in objects if not item.is_function and (item.is_reference or keys)]
        there = {view.name for view in views}
        functions += [function_of(item, slug, there, database, share.schema) for item in objects if item.is_function]
    return ShareSpec(
        share=share.name,
        database=database,
        schema=share.schema,
        mark=share.mark,
        phase=phase,
        views=tuple(sorted(views, key=lambda view: view.name)),
        functions=tuple(sorted(functions, key=lambda function: function.name)),
        accounts=(reference(share.consumer_account),),
        may_add=may_add,
    )


def reference(account: ConsumerAccount) -> AccountRef:
    return AccountRef(account.snowflake_organization, account.account_name, account.locator)


def view_of(item: Item, slug: str, keys: tuple[str, ...]) -> ViewSpec:
    """One view of the dataset `slug` for these tenant keys.

    Raises ValueError for an object that is neither separated by tenant nor reference data: its view would hold
    everybody's rows, and the leak test, which needs the tenant column, would find nothing foreign in it.
    """
    if not item.is_reference and not (item.tenant_column and keys):
        raise ValueError(f"{item.shared_name} has no tenant column or no tenant key, and is not reference data.")
    view = ViewSpec(
        name=item.shared_name,
        source=item.source,
        columns=tuple(column.name for column in item.columns),
        definition="",
        dataset=slug,
        tenant_column=item.filter,
        tenant_keys=() if item.is_reference else keys,
        freshness_column=item.freshness_column,
        exposed=item.is_exposed,
        masked=tuple((column.name, column.data_type) for column in item.columns if column.masked),
    )
    return replace(view, definition=sql.select(view))


_READS = re.compile(r"\{\{([A-Z_][A-Z0-9_$]*)\}\}")


def function_of(item: Item, slug: str, there: set[str], database: str, schema: str) -> FunctionSpec:
    """One function of the dataset `slug`. Raises ValueError when it reads an object that is not in the share."""
    reads = tuple(sorted(set(_READS.findall(item.body))))
    missing = set(reads) - there
    if missing:
        raise ValueError(f"{item.shared_name} reads {', '.join(sorted(missing))}, which its dataset does not have.")
    bare = FunctionSpec(
        name=item.shared_name,
        arguments=arguments_of(item.arguments),
        returns=item.returns,
        definition="",
        reads=reads,
        dataset=slug,
        exposed=item.is_exposed,
    )
    return replace(bare, definition=sql.function_body(bare, item.body, database, schema))


def arguments_of(text: str) -> tuple[tuple[str, str], ...]:
    """`ORIGIN VARCHAR, MONTH NUMBER` -> (("ORIGIN", "VARCHAR"), ("MONTH", "NUMBER"))."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    return tuple((name.upper(), kind.upper()) for name, kind in pairs)
