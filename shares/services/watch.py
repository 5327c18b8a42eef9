"""Watch all shares of one provider account at once: a few listings find which of them moved, and only those are looked
at closely, by their own reconcile. What the listings cannot show is covered otherwise:

* grants: read share by share, as many in each check as FIRN_LIVE_GRANTS says, longest unread first; and the account's
  own history of grants, which is up to three hours late;
* the lake: when a published column of a source is dropped or retyped, every share that holds it is proved again;
* everything else: each share is observed closely and proved at least every FIRN_AUDIT_HOURS.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares.core import prints
from shares.core.published import Item
from shares.jobs.queue import ring_account
from shares.models import Dataset, DatasetVersion, Grant, ProviderAccount, Share, SourcePrint
from shares.services import claims, moving, retyped, tags, versions
from shares.services.sessions import AccountStopped, open_client, stop_account
from shares.snowflake import inspect, listing, sql
from shares.snowflake.client import Client, Result
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import Policy, SnowflakeError
from shares.snowflake.together import Ahead, run_together

logger = logging.getLogger(__name__)

# The account's own history is asked this often; it is three hours late at most
# (docs.snowflake.com/en/sql-reference/account-usage/grants_to_shares).
HISTORY_EVERY = timedelta(hours=1)
HISTORY_LAG = timedelta(hours=3)
# After a check that failed, and for a check whose worker died.
AGAIN = timedelta(minutes=2)
CHUNK = 500
# SHOW needs no warehouse, so many may wait for their answers at once.
READ_AT_ONCE = 64
# Published objects with the versions that they stand in.
Lake = list[tuple[DatasetVersion, Item]]
NOTHING_LISTED = prints.together(())
# What keeps Firn from the account's history: no privilege on it, no warehouse.
_NO_HISTORY = frozenset({2003, 3001, 606, 90105})


def check(account_id: int) -> str:
    """One check of one provider account; how it went, in a sentence. No fault of Snowflake's is raised."""
    account = ProviderAccount.objects.get(pk=account_id)
    try:
        words = _checked(account)
    except claims.AccountInDoubt as doubt:
        return _note(account, str(doubt), timezone.now() + timedelta(minutes=settings.FIRN_CHECK_MINUTES))
    except AccountStopped as stopped:
        return _note(account, stopped.account.breaker_reason, stopped.account.breaker_until)
    except BadConnection as error:
        stop_account(account, error)
        return _note(account, str(error), account.breaker_until)
    except SnowflakeError as error:
        logger.warning("check of %s: %s %s", account, error.code, error.message)
        again = timezone.now() + AGAIN
        if error.policy is Policy.STOP_ACCOUNT:
            stop_account(account, error)
            again = account.breaker_until or again
        return _note(account, f"The check failed: {error.code} {error.message}", again)
    ProviderAccount.objects.filter(pk=account.pk).update(checked_at=Now())
    return _note(account, words, timezone.now() + timedelta(minutes=settings.FIRN_CHECK_MINUTES))


def ask(account: ProviderAccount, by: User) -> None:
    """Have an account checked now, because a person wants to know."""
    with transaction.atomic():
        ring_account(account.pk)
        record("account.check_asked", actor=by, target=account)


def _note(account: ProviderAccount, words: str, again: datetime | None) -> str:
    ProviderAccount.objects.filter(pk=account.pk).update(check_words=words, next_check_at=again)
    return words


def _checked(account: ProviderAccount) -> str:
    client = open_client(account)
    try:
        began = timezone.now()
        shares = {
            share.name: share for share in watched(account).only("pk", "public_id", "adopted_name", "listed_print")
        }
        if not shares and not claims.claim_of(account).doubted_at:
            return "No share to check."
        lake, hourly = _lake(account), _is_hourly(account)
        # Each run compares the epoch before it acts; a check that finds nothing to do needs to only now and then.
        epoch = hourly or claims.is_open(account)
        asked = Ahead(client, _questions(account, lake, epoch=epoch))
        comment = (inspect.database_comment(asked, account.outbound_database) or "") if epoch else ""
        moved = _listings_moved(asked, account, shares, comment)
        if epoch:
            claims.catch_up(client, account, comment)
        moved |= _grants_moved(client, account, moved)
        moved |= _sources_moved(asked, account, lake)
        if hourly:
            seen = tags.read(client, {item.source for _, item in lake})
            tags.note(seen)
            tags.compare(account, {version for version, _ in lake}, seen)
        late, history = _history_moved(client, account, shares) if hourly else (set(), "")
        moved |= late
    finally:
        client.close()
    _settle({share.pk for share in shares.values()}, moved, began)
    words = f"{len(shares):,} shares looked at, {len(moved):,} to be looked at closely."
    return f"{words} {history}".strip()


def watched(account: ProviderAccount | OuterRef) -> QuerySet[Share]:
    """Whatever a run brought to rest. The others have a time of their own."""
    return Share.objects.filter(provider_account=account, taken_back_at=None).exclude(listed_print="")


def _settle(looked_at: set[int], moved: set[int], began: datetime) -> None:
    """The still ones were seen well when the check began; the moved ones are due, and the sweeper rings for them."""
    for chunk in _chunks(sorted(looked_at - moved)):
        Share.objects.filter(pk__in=chunk).update(checked_at=began)
    for chunk in _chunks(sorted(moved)):
        Share.objects.filter(pk__in=chunk).update(next_check_at=Now())


def _chunks(items: list[int]) -> Iterable[list[int]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _versions(account: ProviderAccount) -> list[DatasetVersion]:
    """What the account's shares may be on: a version that is being left is watched until the last one has left it."""
    return versions.in_use(account.datasets.values_list("pk", flat=True), timezone.now())


def _questions(account: ProviderAccount, lake: Lake, *, epoch: bool) -> list[str]:
    """What every check asks first, whatever it finds: side by side, so that they take as long as one."""
    functions = any(item.is_function for version in _versions(account) for item in version.items)
    return [
        *([sql.show_databases(account.outbound_database)] if epoch else []),
        *listing.first_pages(account.outbound_database, Share.PREFIX, functions=functions),
        *listing.column_questions({item.source for _, item in lake}),
    ]


# --- what the listings show
def listed(client: Client, account: ProviderAccount) -> listing.Listing:
    """What the account's listings show of its shares. Raises SnowflakeError."""
    items = [item for version in _versions(account) for item in version.items]
    views = {item.shared_name for item in items if not item.is_function}
    functions = any(item.is_function for item in items)
    return listing.listed(client, account.outbound_database, Share.PREFIX, views, functions=functions)


def _listings_moved(client: Client, account: ProviderAccount, shares: dict[str, Share], comment: str) -> set[int]:
    """Raises AccountInDoubt when what they show is not this portal's."""
    seen = listed(client, account)
    claims.judge(account, comment, claims.marks_in(seen.comments))
    return {share.pk for name, share in shares.items() if seen.prints.get(name, NOTHING_LISTED) != share.listed_print}


# --- grants
def _grants_moved(client: Client, account: ProviderAccount, known: set[int]) -> set[int]:
    """Of the shares whose grants were not read for longest: those that hold something else than they did."""
    waiting = watched(account).exclude(pk__in=known).order_by(F("grants_read_at").asc(nulls_first=True), "pk")
    moved: set[int] = set()
    limit = settings.FIRN_LIVE_GRANTS
    rows = list(waiting.only("pk", "public_id", "adopted_name", "grants_print")[:limit])
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        answers = run_together(client, [sql.show_grants_to_share(share.name) for share in chunk], READ_AT_ONCE)
        moved |= {
            share.pk for share, answer in zip(chunk, answers, strict=True) if _print(answer) != share.grants_print
        }
        Share.objects.filter(pk__in=[share.pk for share in chunk]).update(grants_read_at=Now())
    return moved


def _print(answer: Result | SnowflakeError) -> str:
    if isinstance(answer, SnowflakeError):
        if answer.code in inspect.NOT_THERE:
            return ""
        raise answer
    return prints.of_grants(inspect.granted_in(row) for row in answer.rows)


# --- the lake
def _lake(account: ProviderAccount) -> Lake:
    """What shares of the account may read of the lake."""
    granted = set(Grant.objects.filter(share__provider_account=account).values_list("dataset_id", flat=True))
    return [
        (version, item)
        for version in _versions(account)
        for item in version.items
        if not item.is_function and version.dataset_id in granted
    ]


def _sources_moved(client: Client, account: ProviderAccount, lake: Lake) -> set[int]:
    """Shares that hold an object whose published columns are not what they were: each is to be proved again."""
    there = listing.columns(client, {item.source for _, item in lake})
    prints_of = SourcePrint.objects.filter(provider_account=account)
    old = {
        (pk, name): print_ for pk, name, print_ in prints_of.values_list("version_id", "shared_name", "columns_print")
    }
    moved: set[int] = set()
    for version, item in lake:
        kinds = there.get(item.source, {})
        now = prints.of_columns((c.name, kinds[c.name]) for c in item.columns if c.name in kinds) if kinds else ""
        known = old.get((version.pk, item.shared_name))
        if known == now:
            continue
        others: list[str] = []
        if known is not None:
            logger.warning("the source of %s in %s is not what it was", item.shared_name, account)
            missing = {column.name for column in item.columns} - set(kinds)
            if missing:
                moving.hurry(version, item, missing)
            others = retyped.look(client, item)
            moved |= _want_proof(account, version.dataset)
        with transaction.atomic():
            SourcePrint.objects.update_or_create(
                version=version, shared_name=item.shared_name, provider_account=account, defaults={"columns_print": now}
            )
            if others:
                retyped.tell(account, version, item, others, now)
    return moved


def _want_proof(account: ProviderAccount, dataset: Dataset) -> set[int]:
    holding = watched(account).filter(grants__dataset=dataset, grants__revoked_at=None).distinct()
    pks = set(holding.values_list("pk", flat=True))
    for chunk in _chunks(sorted(pks)):
        Share.objects.filter(pk__in=chunk).update(proof_wanted_at=Now())
    return pks


# --- the account's own history
def _is_hourly(account: ProviderAccount) -> bool:
    """Whether it is time for what need not be asked in every check."""
    return not account.history_at or account.history_at <= timezone.now() - HISTORY_EVERY


def _history_moved(client: Client, account: ProviderAccount, shares: dict[str, Share]) -> tuple[set[int], str]:
    """Shares whose grants changed after Firn read them last, as the account itself remembers; and words when it may not
    be asked. It is not asked where this check has read all grants itself."""
    now = timezone.now()
    since = (account.history_at or now) - HISTORY_LAG
    # Also when it may not be asked: once an hour is often enough to find out that it may.
    ProviderAccount.objects.filter(pk=account.pk).update(history_at=now)
    if len(shares) <= settings.FIRN_LIVE_GRANTS:
        return set(), ""
    try:
        rows = client.run(sql.changed_grants(since.isoformat())).rows
    except SnowflakeError as error:
        if error.code not in _NO_HISTORY:
            raise
        return set(), "The account's history of grants may not be read: see docs/snowflake-setup.sql."
    changed = {str(row["share_name"]): row["changed_on"] for row in rows}
    ours = [shares[name].pk for name in changed if name in shares]
    read = dict(Share.objects.filter(pk__in=ours).values_list("pk", "grants_read_at"))
    return {
        shares[name].pk for name, at in changed.items() if name in shares and at > (read.get(shares[name].pk) or since)
    }, ""
