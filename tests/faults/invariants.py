"""What must hold whatever goes wrong, over Snowflake and our tables. Each function answers what is broken, in words.

The numbers are those of the catalogue: I1 foreign rows, I2 who is let in, I3 what is shared, I4 rest, I5 orphans,
I6 removal first, I7 history, I8 mails, I9 intents and the audit chain, I11 other people's objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from portal.audit import chain
from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.core.spec import Phase, ShareSpec
from shares.models import Grant, Run, Share, Statement
from shares.models.shares import Purpose
from shares.services.desired import spec_of
from tests.snowflake.builders import settle
from tests.snowflake.reading import foreign_rows
from tests.snowflake.world import Snowflake


def broken_now(snowflake: Snowflake, share: Share, since: int) -> list[str]:
    """At any moment, also right after a kill; `since` is the sandbox's newest statement before the fault."""
    return [*_readers(snowflake, share), *_rows(snowflake, share), *_intents(snowflake, share, since)]


def broken_at_rest(snowflake: Snowflake, share: Share, since: int, *, told: bool = False) -> list[str]:
    """After the faults have stopped and one reconcile has ended well. `told`: people may have been called."""
    spec = spec_of(Share.objects.get(pk=share.pk), timezone.now())
    found = [*broken_now(snowflake, share, since), *_contents(snowflake, spec), *_history(share)]
    found += _mails(share, () if told else ("blocked", "leak", "quarantine"))
    before = snowflake.now(since)
    settle(share, Run.Trigger.CHECK)
    again = snowflake.changes_since(before)
    return found + [f"I4: a second reconcile sent {sql}" for sql in again]


def _readers(snowflake: Snowflake, share: Share) -> Iterator[str]:
    """I2: nobody but the customer, and only with a proved account; a code may go to any."""
    account = share.consumer_account
    own = {account.locator, f"{account.snowflake_organization}.{account.account_name}"}
    for row in snowflake.colleague.run(f"SHOW SHARES LIKE '{share.name}'"):
        there = {name.strip() for name in row["to"].split(",") if name.strip()}
        if there - own:
            yield f"I2: {sorted(there - own)} in {share.name}"
        if there and not account.is_proved and share.purpose == Purpose.DATA:
            yield f"I2: {sorted(there)} is let in unproved"


def _rows(snowflake: Snowflake, share: Share) -> Iterator[str]:
    """I1, asked as the consumer and as strangers."""
    own = share.organization.workspaces.values_list("tenant_key", flat=True)
    rows = foreign_rows(snowflake, share, *own)
    if rows:
        yield f"I1: {rows} foreign rows"


def _contents(snowflake: Snowflake, spec: ShareSpec) -> Iterator[str]:
    """I3 and I5: exactly what is wanted is granted and there, all of it secure and filtered."""
    firn = snowflake.colleague
    schemas = firn.run(f"SHOW SCHEMAS LIKE '{spec.schema}' IN DATABASE {spec.database}")
    if spec.phase is Phase.GONE:
        left = [*schemas, *firn.run(f"SHOW SHARES LIKE '{spec.share}'")]
        yield from (f"I5: {row['name']} is left" for row in left if row["comment"] == spec.mark)
        return
    granted = {
        row["name"].rpartition(".")[2].strip('"').partition("(")[0]
        for row in firn.run(f"SHOW GRANTS TO SHARE {spec.share}")
        if row["granted_on"] not in ("DATABASE", "SCHEMA")
    }
    wanted = {item.name for item in spec.objects if item.exposed} if spec.phase is Phase.LIVE else set()
    if spec.phase is Phase.LIVE and spec.adopted:
        wanted |= {one.path[-1] for one in spec.adopted.overlap if one.kind != "SCHEMA"}
    if granted != wanted:
        yield f"I3: {sorted(granted)} is granted, {sorted(wanted)} is wanted"
    texts = {row["name"]: row for row in firn.run(f"SHOW VIEWS IN SCHEMA {spec.database}.{spec.schema}")}
    for view in spec.views:
        row = texts.get(view.name)
        if row is None or row["is_secure"] != "true" or (view.tenant_column and "WHERE" not in row["text"]):
            yield f"I3: {view.name} is not as wanted: {row}"
    if spec.phase is Phase.LIVE:
        ours = {name for name, row in texts.items() if row["comment"] == spec.mark}
        yield from (f"I5: {name} is left" for name in sorted(ours - {view.name for view in spec.views}))


def _intents(snowflake: Snowflake, share: Share, since: int) -> Iterator[str]:
    """I9: whatever changed something was written down before."""
    written = Counter(Statement.objects.filter(run__share=share, changes=True).values_list("sql", flat=True))
    sent = Counter(sql for sql in snowflake.changes_since(since) if share.name in sql)
    yield from (f"I9: sent without an intent: {sql}" for sql in (sent - written))


def _history(share: Share) -> Iterator[str]:
    """I7: no run is left in the air, and fences only grow."""
    fences = list(Run.objects.filter(share=share).order_by("pk").values_list("fence", flat=True))
    if fences != sorted(set(fences)):
        yield f"I7: fences went {fences}"
    yield from (f"I7: {run} is still running" for run in Run.objects.filter(share=share, outcome=Run.Outcome.RUNNING))


def _mails(share: Share, never: tuple[str, ...]) -> Iterator[str]:
    """I8: whoever can read, or could until it was taken back, is told once for each request; a fault that Firn mends by
    itself is told to nobody."""
    fresh = Share.objects.get(pk=share.pk)
    asked = share.grants.exclude(request__kind="renewal", request__plan_sql=[]).exclude(
        request__kind__in=("move", "adoption")
    )
    readable: dict[str, bool] = {}
    for grant in asked.select_related("request"):
        name = str(grant.request.public_id)
        readable[name] = readable.get(name, False) or _was_read(grant, fresh)
    for public_id, wanted in readable.items():
        told = Outgoing.objects.filter(key__startswith=f"ready:{public_id}:").count()
        if told > 1 or (wanted and not told):
            yield f"I8: ready was told {told} times"
    for kind, wanted in (("move-ready", share.moves_here.exists()), ("taken-over", bool(share.adopted_name))):
        told = Outgoing.objects.filter(kind=kind).count()
        if told > 1 or (wanted and fresh.ready_at and not told):
            yield f"I8: {kind} was told {told} times"
    for kind in never:
        if Outgoing.objects.filter(key__contains=f":{kind}:{share.pk}:").exists():
            yield f"I8: people were told that it is {kind}"


def _was_read(grant: Grant, share: Share) -> bool:
    if share.ready_at is None:
        return False
    return grant.is_in_force(timezone.now()) or bool(
        grant.revoked_at and grant.valid_from <= share.ready_at < grant.revoked_at
    )


def chain_faults() -> list[str]:
    """I9 for the whole log. It reads every entry: once a test."""
    return [*chain.faults(), *([] if AuditEntry.objects.exists() else ["the audit log is empty"])]


def removal_is_first(changes: list[str]) -> list[str]:
    """I6: nothing is cleaned while somebody could still read, and nothing is granted."""
    taking = [sql.startswith("REVOKE") or "REMOVE ACCOUNTS" in sql for sql in changes]
    found = [f"I6: {sql}" for sql in changes if sql.startswith("GRANT") or "ADD ACCOUNTS" in sql]
    return found + ([f"I6: the first was {changes[0]}"] if changes and not taking[0] else [])
