"""What taking over a share that was there before Firn would mean: what it holds, mapped to the catalog, and the plan
between both. Name and reader stay; ours come before theirs go. Reads only (shares.services.adopting acts)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings

from portal.people.models import Organization
from shares.core import prints
from shares.core.plan import plan
from shares.core.published import Item
from shares.core.spec import Adopted, Granted, Observed, Phase, ShareSpec, converged
from shares.core.steps import Revoke, Stage, Step
from shares.core.views_read import read_view
from shares.models import (
    ConsumerAccount,
    Dataset,
    ProviderAccount,
    Share,
    Workspace,
)
from shares.models.adoptions import KeptGrant
from shares.services import desired
from shares.services.candidates import Candidate
from shares.services.step_words import Kept, kept
from shares.snowflake import inspect, sql
from shares.snowflake.client import Client

_CONTAINERS = ("DATABASE", "SCHEMA")


class CannotAdopt(Exception):
    """It cannot be taken over, or is not any more what was shown; the message says what to do."""


@dataclass(frozen=True)
class Held:
    """One object that the share has: which dataset stands in for it, and whose rows it shows as far as its text tells.

    `source` is the table behind it; `keys` are the tenants that its own filter names, None where none can be read."""

    granted: Granted
    source: tuple[str, ...]
    column: str
    keys: frozenset[str] | None
    dataset: Dataset | None
    item: Item | None


@dataclass(frozen=True)
class Proposal:
    """What would be taken over and how. `steps` are the statements in their order; `later` come when the overlap is
    over; `digest` is over both and over what the share shows now."""

    candidate: Candidate
    observed: Observed
    held: tuple[Held, ...]
    datasets: tuple[Dataset, ...]
    workspaces: tuple[Workspace, ...]
    kept: tuple[KeptGrant, ...]
    steps: list[Kept]
    later: list[Kept]
    problems: tuple[str, ...]
    digest: str

    @property
    def found(self) -> str:
        return prints.of_found(self.observed)


def id_of(account: ProviderAccount, candidate: Candidate) -> uuid.UUID:
    """The same at each look, so that the plan that is confirmed is the plan that was shown."""
    words = f"{settings.FIRN_INSTANCE}:{account.identifier}:{candidate.name}:{candidate.seen.created}"
    return uuid.uuid5(uuid.NAMESPACE_URL, f"firn:adoption:{words}")


def look(client: Client, account: ProviderAccount, candidate: Candidate) -> tuple[Observed, tuple[Held, ...]]:
    """What the share shows, object by object. Raises SnowflakeError."""
    blank = share_of(account, candidate, None)
    spec = desired.build(blank, {}, {}, Phase.LIVE, may_add=True)
    observed = inspect.observe(client, spec)
    texts = _view_texts(client, observed.grants)
    offered = list(account.datasets.filter(version__isnull=False).select_related("version"))
    objects = sorted((one for one in observed.grants if one.kind not in _CONTAINERS), key=lambda one: one.path)
    return observed, tuple(_held(one, texts.get(one.path), offered) for one in objects)


def _view_texts(client: Client, grants: Iterable[Granted]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for database, schema in sorted({one.path[:2] for one in grants if len(one.path) == 3}):
        for row in inspect.if_there(client, sql.show_views(database, schema)):
            found[database, schema, str(row["name"])] = str(row["text"] or "")
    return found


def _held(granted: Granted, text: str | None, offered: list[Dataset]) -> Held:
    source, column, keys = read_view(text, granted.path) if text is not None else (granted.path, "", None)
    for dataset in offered:
        for item in dataset.version.items if dataset.version else ():
            if item.source == source and item.is_exposed and not item.is_function:
                return Held(granted, source, column, keys, dataset, item)
    return Held(granted, source, column, keys, None, None)


def share_of(account: ProviderAccount, candidate: Candidate, consumer: ConsumerAccount | None) -> Share:
    """The row that the share would have, not stored."""
    organization, _, name = candidate.seen.accounts[0].partition(".")
    known = consumer or ConsumerAccount(
        snowflake_organization=organization if name else "",
        account_name=name,
        locator="" if name else organization,
        region=account.region,
    )
    return Share(
        public_id=id_of(account, candidate),
        provider_account=account,
        consumer_account=known,
        adopted_name=candidate.name,
        adopted_database=candidate.seen.database,
    )


def propose(client: Client, account: ProviderAccount, candidate: Candidate, organization: Organization) -> Proposal:
    """The mapping for this customer, and the plan from what is there to what the catalog says.

    Raises SnowflakeError and CannotAdopt.
    """
    if candidate.obstacle:
        raise CannotAdopt(f"{candidate.obstacle.words} {candidate.obstacle.what_to_do}")
    if candidate.account and candidate.account.organization_id != organization.pk:
        raise CannotAdopt(f"{candidate.account} belongs to {candidate.account.organization}.")
    _refuse_database(client, candidate.seen.database)
    observed, held = look(client, account, candidate)
    named = frozenset().union(*(one.keys or () for one in held))
    own = list(organization.workspaces.filter(is_active=True))
    workspaces = tuple(item for item in own if item.tenant_key in named) or tuple(own)
    datasets = tuple({one.dataset.pk: one.dataset for one in held if one.dataset}.values())
    if not datasets or not workspaces:
        raise CannotAdopt(
            "Nothing in it comes from a dataset of the catalog, or the customer has no workspace. Publish the dataset, "
            "or add the workspace, then look again."
        )
    return _plan(account, candidate, observed, held, datasets, workspaces)


def _refuse_database(client: Client, database: str) -> None:
    """A share is bound to its database for life, so ours must stand there, too."""
    role = str(client.run(sql.WHO).rows[0]["role"] or "")
    rows = inspect.if_there(client, sql.show_grants_on_database(database))
    held = {str(row["privilege"]).upper() for row in rows if row["grantee_name"] == role}
    if not held & {"OWNERSHIP", "CREATE SCHEMA"}:
        raise CannotAdopt(
            f"It is bound to the database {database}, in which Firn may make no schema. Grant USAGE and CREATE SCHEMA "
            f"on {database} to the role {role}, then look again."
        )


def _plan(
    account: ProviderAccount,
    candidate: Candidate,
    observed: Observed,
    held: tuple[Held, ...],
    datasets: tuple[Dataset, ...],
    workspaces: tuple[Workspace, ...],
) -> Proposal:
    share = share_of(account, candidate, candidate.account)
    allowed = {dataset: {item.tenant_key for item in workspaces} for dataset in datasets}
    kept = tuple(_kept(observed, held, {item.tenant_key for item in workspaces}))
    try:
        published = {dataset.pk: dataset.version.items for dataset in datasets if dataset.version}
        spec = desired.build(share, allowed, published, Phase.LIVE, may_add=True)
    except ValueError as error:
        raise CannotAdopt(f"{error} Mend the dataset, publish it, then look again.") from None
    grants = tuple(one.granted for one in kept)
    overlap = tuple(one.granted for one in kept if one.stays)
    found = prints.of_found(observed)
    spec = replace(spec, adopted=Adopted(found, True, grants, overlap))
    problems = tuple(f"{problem.words} {problem.what_to_do}" for problem in plan(spec, observed).problems)
    steps, later = _story(spec, observed)
    text = "\0".join([found, *(one["sql"] for one in (*steps, *later))])
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Proposal(candidate, observed, held, datasets, workspaces, kept, steps, later, problems, digest)


def _kept(observed: Observed, held: tuple[Held, ...], keys: set[str]) -> list[KeptGrant]:
    """Of what the share shows, that which a dataset of ours stands in for; with the schemas that it stands in."""
    objects = [
        KeptGrant(one.granted, one.dataset.slug, _same_rows(one, keys)) for one in held if one.dataset and one.item
    ]
    schemas = {one.granted.path[:2] for one in objects}
    staying = {one.granted.path[:2] for one in objects if one.stays}
    containers = sorted((one for one in observed.grants if one.kind == "SCHEMA"), key=lambda one: one.path)
    return [*objects, *(KeptGrant(one, "", one.path in staying) for one in containers if one.path in schemas)]


def _same_rows(one: Held, keys: set[str]) -> bool:
    """Whether its own text shows that it holds no rows but those that are approved."""
    if one.item is None or one.keys is None:
        return False
    if one.item.is_reference:
        return True
    return one.column == one.item.tenant_column and bool(one.keys) and one.keys <= keys


def _story(spec: ShareSpec, observed: Observed) -> tuple[list[Kept], list[Kept]]:
    """The statements in the order in which the runs send them, and those for when the overlap is over: the planner's
    own answers, each to what the ones before have left behind."""
    built, aim = plan(spec, observed).of(Stage.BUILD), converged(spec)
    share = replace(observed.share, comment=spec.mark) if observed.share else None
    marked = replace(observed, share=share, schema_comment=spec.mark, views=aim.views, functions=aim.functions)
    between = plan(spec, marked)
    opened = replace(marked, grants=marked.grants - _revoked(between.steps) | aim.grants)
    swapped = plan(spec, opened).of(Stage.SHRINK)
    quiet = replace(opened, grants=opened.grants - _revoked(swapped))
    last = plan(replace(spec, adopted=None), quiet).of(Stage.SHRINK)
    steps = (*built, *between.of(Stage.SHRINK), *between.of(Stage.EXPOSE), *swapped)
    return [kept(step) for step in steps], [kept(step) for step in last]


def _revoked(steps: Iterable[Step]) -> set[Granted]:
    return {step.action.granted for step in steps if isinstance(step.action, Revoke)}
