"""Every change in a share's life as a fault meets it: how the share stands before, and what is then decided or done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Manager
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.models import Grant, Run, Share, Workspace
from shares.models.catalog import DatasetColumn
from shares.services import adopting, altering, approvals, grants, moves, moving, pairs, requests
from shares.services.adoption_plans import propose
from shares.services.altering import Alteration
from shares.services.candidates import candidates
from shares.services.publishing import publish
from shares.services.sessions import open_client
from tests.faults import proving
from tests.snowflake.before import Before
from tests.snowflake.builders import Scene, published, ready, settle
from tests.snowflake.world import Snowflake

# A share in the answer is the one that goes through it.
Act = Callable[[Scene, Snowflake, Share], object]


@dataclass(frozen=True)
class Operation:
    """`before` leads from a live share to where `act` begins. `takes`: the first statement must be a removal.

    `leaks`: what `act` does shows foreign rows or a stranger, until Firn has mended it. `quiet`: nothing in Snowflake
    changes by it; of every other operation something must, or its kills would prove nothing.
    """

    act: Act
    before: Act | None = None
    takes: bool = False
    leaks: bool = False
    fresh: bool = False
    quiet: bool = False


def live(scene: Scene, share: Share) -> None:
    """Everything granted, nothing in the way, and Snowflake in step with it."""
    Share.objects.filter(pk=share.pk).update(
        suspended_at=None, closes_at=None, taken_back_at=None, blocked_at=None, attempts=0, failures=0
    )
    for dataset in (scene.flights, scene.airports):
        # What changes and renewals wrote since goes; the first grant of each dataset is whole again.
        first, *later = share.grants.filter(dataset=dataset).order_by("pk")
        Grant.objects.filter(pk__in=[grant.pk for grant in later]).delete()
        first.workspaces.set([scene.workspace])
    share.grants.update(revoked_at=None, revoked_by=None, revoke_reason="", valid_until=None)
    share.endings.update(undone_at=timezone.now())
    _all_columns(scene)
    share.refresh_from_db()
    settle(share)


def _revoke_flights(scene: Scene, _: Snowflake, share: Share) -> None:
    share.grants.filter(dataset=scene.flights).update(revoked_at=timezone.now(), revoked_by=scene.eve)


def _grant_flights(scene: Scene, _: Snowflake, share: Share) -> None:
    share.grants.filter(dataset=scene.flights).update(revoked_at=None, revoked_by=None)


def _columns(scene: Scene) -> Manager[DatasetColumn]:
    return scene.flights.dataset_objects.get(shared_name="FLIGHTS").columns


def _all_columns(scene: Scene) -> None:
    """What is added comes at once, to every share."""
    if _columns(scene).get_or_create(name="FLIGHT", defaults={"position": 2})[1]:
        published(scene.flights)


def _fewer_columns(scene: Scene, _: Snowflake, share: Share) -> None:
    """A column leaves the catalog, and the customer says that nothing needs it any more."""
    _columns(scene).filter(name="FLIGHT").delete()
    moving.acknowledge(share, publish(scene.flights, scene.eve), scene.ada)


def _expire(scene: Scene, _: Snowflake, share: Share) -> None:
    share.grants.update(valid_until=timezone.now() - timedelta(seconds=1))


def _grace_over(scene: Scene, _: Snowflake, share: Share) -> None:
    grants.end(share, scene.ada)
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() - timedelta(seconds=1))


def _end(scene: Scene, _: Snowflake, share: Share) -> None:
    grants.end(share, scene.ada)


def _notice_over(scene: Scene, _: Snowflake, share: Share) -> None:
    """The provider's ending, at the end of its notice."""
    grants.end_by_provider(share, scene.eve, "drill", 3)
    late = timezone.now() - timedelta(seconds=1)
    share.endings.update(effective_at=late)
    share.grants.update(valid_until=late)


def _provider_end(scene: Scene, _: Snowflake, share: Share) -> None:
    grants.end_by_provider(share, scene.eve, "drill", 0)


def _keep(scene: Scene, _: Snowflake, share: Share) -> None:
    grants.keep(share, scene.eve)


def _suspend(scene: Scene, _: Snowflake, share: Share) -> None:
    grants.suspend(share, scene.eve, "drill")


def _asks(*, datasets: str = "flights airports", keys: str = "UA", renewal: bool = False) -> Act:
    """The customer asks that flights are there for the workspaces `keys`, airports for their own, or for a later end;
    what needs it is approved."""

    def act(scene: Scene, _: Snowflake, share: Share) -> None:
        spaces = [
            Workspace.objects.get_or_create(tenant_key=key, defaults={"organization": scene.united, "name": key})[0]
            for key in keys.split()
        ]
        wanted = {(scene.flights, space) for space in spaces} | {(scene.airports, scene.workspace)}
        chosen = frozenset(pair for pair in wanted if pair[0].slug in datasets.split())
        seen, until = pairs.stamp(pairs.granted(share, timezone.now())), date(2099, 12, 31) if renewal else None
        verb = altering.renew if renewal else altering.change
        request = verb(Alteration(share, scene.ada, chosen, "drill", until, seen))
        if request.is_open:
            approvals.decide(
                request, scene.eve, "approve", channel="session", revision=request.revision, vouch="I know them."
            )

    return act


def _ends_soon(scene: Scene, _: Snowflake, share: Share) -> None:
    share.grants.update(valid_until=timezone.now() + timedelta(days=1))


def _by_hand(*statements: str) -> Act:
    """A colleague's statements; {view} and {share} are put in, {mark} is Firn's."""

    def act(_: Scene, snowflake: Snowflake, share: Share) -> None:
        view = f"FIRN_OUT.{share.name}.FLIGHTS"
        for sql in statements:
            snowflake.colleague.run(sql.format(view=view, share=share.name, mark=share.mark))

    return act


def _replaced_by_its_like(_: Scene, snowflake: Snowflake, share: Share) -> None:
    """The same text and no COPY GRANTS: nobody reads it any more."""
    (row,) = snowflake.colleague.run(f"SHOW VIEWS LIKE 'FLIGHTS' IN SCHEMA FIRN_OUT.{share.name}")
    snowflake.colleague.run(row["text"].replace("CREATE SECURE VIEW", "CREATE OR REPLACE SECURE VIEW", 1))


def _settled(act: Act) -> Act:
    def first(scene: Scene, snowflake: Snowflake, share: Share) -> None:
        act(scene, snowflake, share)
        settle(share)
        share.refresh_from_db()

    return first


def _move(scene: Scene, _: Snowflake, share: Share) -> Share:
    """The share's customer had it in another account, where it is ready, and moves it to this one."""
    account = share.consumer_account
    scene.forget(share)
    before = scene.account("CARRIERDL", "ANALYTICS")
    old = Share.objects.filter(consumer_account=before).first() or ready(scene.share(before))
    for dataset in (scene.flights, scene.airports):
        dataset.approvers.add(scene.dan)
    identity = AccountIdentity(account.snowflake_organization, account.account_name, "", account.region)
    request = requests.submit(moves.draft(old, scene.ada, identity, 14, "drill"))
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1, vouch="I know them.")
    return Share.objects.get(pk=request.move.new_share_id)


def _adopt(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """Its customer has a share that somebody made by hand, and staff confirm that Firn takes it over."""
    scene.forget(share)
    before = Before(snowflake)
    client = open_client(scene.provider)
    found = next(item for item in candidates(client, scene.provider) if item.name == before.name)
    proposal = propose(client, scene.provider, found, scene.united)
    client.close()
    return adopting.confirm(scene.provider, proposal, scene.united, scene.eve, days=14, reason="drill")


_EXTRA = "CREATE OR REPLACE SECURE VIEW FIRN_OUT.{share}.EXTRA COMMENT = 'theirs' AS SELECT 1 AS A"
_WIDER = (
    "CREATE OR REPLACE SECURE VIEW {view} COPY GRANTS COMMENT = '{mark}' "
    "AS SELECT CARRIER, FLIGHT, ORIGIN, TIME_HOUR FROM LAKE.NYC.FLIGHTS"
)
OPERATIONS: dict[str, Operation] = {
    "provision": Operation(lambda *_: None, fresh=True),
    "move": Operation(_move, fresh=True),
    "adopt": Operation(_adopt, fresh=True),
    "let-in": Operation(proving.let_in, fresh=True),
    "send-code": Operation(proving.send, fresh=True),
    "answer-code": Operation(proving.answer, fresh=True, takes=True),
    "replace-code": Operation(proving.replace, fresh=True),
    "guess-code": Operation(proving.guess, fresh=True, takes=True),
    "outlive-code": Operation(proving.outlive, fresh=True, takes=True),
    "add-dataset": Operation(_grant_flights, before=_settled(_revoke_flights)),
    "remove-dataset": Operation(_revoke_flights, takes=True),
    "lose-column": Operation(_fewer_columns, takes=True),
    "gain-column": Operation(lambda scene, *_: _all_columns(scene), before=_settled(_fewer_columns)),
    "ask-for-more": Operation(_asks(), before=_settled(_asks(datasets="flights"))),
    "take-out": Operation(_asks(datasets="airports"), takes=True),
    "swap-workspaces": Operation(_asks(keys="UA DL"), before=_settled(_asks(keys="AA UA"))),
    "renew": Operation(_asks(renewal=True), before=_settled(_ends_soon), quiet=True),
    "suspend": Operation(_suspend, takes=True),
    "resume": Operation(lambda scene, _, share: grants.resume(share, scene.eve), before=_settled(_suspend)),
    "end": Operation(_end, takes=True),
    "undo": Operation(lambda scene, _, share: grants.undo_end(share, scene.ada), before=_settled(_end)),
    "provider-ends": Operation(_provider_end, takes=True),
    "notice-over": Operation(_notice_over, takes=True),
    "announce": Operation(lambda scene, _, share: grants.end_by_provider(share, scene.eve, "drill", 3), quiet=True),
    "keep": Operation(_keep, before=_settled(_notice_over)),
    "expire": Operation(_expire, takes=True),
    "take-back": Operation(_grace_over, takes=True),
    "re-check": Operation(lambda scene, _, share: grants.reconcile_now(share, scene.eve), quiet=True),
    "repair-dropped-view": Operation(_by_hand("DROP VIEW {view}")),
    "repair-dropped-schema": Operation(_by_hand("DROP SCHEMA FIRN_OUT.{share}")),
    "repair-dropped-function": Operation(_by_hand("DROP FUNCTION FIRN_OUT.{share}.FLIGHTS_FROM(VARCHAR)")),
    "repair-replaced-view": Operation(_replaced_by_its_like),
    "repair-extra-grant": Operation(
        _by_hand(_EXTRA, "GRANT SELECT ON VIEW FIRN_OUT.{share}.EXTRA TO SHARE {share}"), takes=True
    ),
    "repair-dropped-share": Operation(_by_hand("DROP SHARE {share}")),
    "repair-lost-grant": Operation(_by_hand("REVOKE SELECT ON VIEW {view} FROM SHARE {share}")),
    "repair-unsecured": Operation(_by_hand("ALTER VIEW {view} UNSET SECURE"), takes=True),
    "repair-wider-view": Operation(_by_hand(_WIDER), leaks=True),
    "repair-stranger": Operation(_by_hand("ALTER SHARE {share} ADD ACCOUNTS = MALLORY.LAB"), takes=True, leaks=True),
    "repair-lost-account": Operation(_by_hand("ALTER SHARE {share} REMOVE ACCOUNTS = CARRIERUA.ANALYTICS")),
}


def begin(name: str, scene: Scene, snowflake: Snowflake, share: Share | None) -> Share:
    """A share about to go through the operation; a former one is used again where that saves the building."""
    operation = OPERATIONS[name]
    if operation.fresh or share is None:
        if share is not None:
            scene.forget(share)
        share = scene.share()
    if not operation.fresh:
        live(scene, share)
        if operation.before:
            operation.before(scene, snowflake, share)
    # What was told at the last time would not be told again, and so not be killed at.
    Outgoing.objects.exclude(kind="ready").delete()
    acted = operation.act(scene, snowflake, share)
    if isinstance(acted, Share):
        share = acted
    Run.objects.filter(share=share).exclude(pk__in=share.proofs.values("run")).delete()
    return share
