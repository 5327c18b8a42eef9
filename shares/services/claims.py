"""Whether this portal may change anything in a provider account, or whether its database is an old backup or a copy.

Every look compares the epoch in the outbound database's comment (shares.core.claims) with the audit log here, and the
portal's own address with the one under which it took the account; every check also looks for shares with our mark that
no row here knows. A doubt stops all changes in that account, with one alert, until the reason is gone or a person says
which portal is the one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Now
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people.models import User
from shares import mails
from shares.core import claims
from shares.core.names import derived_name
from shares.core.said import Said, few
from shares.models import AccountClaim, ProviderAccount, Share
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import run_repeatably

logger = logging.getLogger(__name__)

# The epoch is written into Snowflake at most this often; a later change is noted by the next run or check.
NOTE_EVERY = timedelta(minutes=1)
# Runs of an account in doubt wait; whoever ends the doubt wakes them.
PAUSE = timedelta(hours=1)
WHAT_TO_DO = Said(
    "Open the provider account in the administration and follow “Which portal?”: it shows what was found. Until "
    "somebody decides, this portal changes nothing there."
)


class AccountInDoubt(Exception):
    """Nothing may be changed in this account; the words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Doubt:
    """`code` is address, newer, other or unknown."""

    code: str
    words: str


def claim_of(account: ProviderAccount) -> AccountClaim:
    """This portal's standing there; the first look takes the account under the address of today."""
    return AccountClaim.objects.get_or_create(account=account, defaults={"address": here()})[0]


def here() -> str:
    """The host name of this portal. Another port is no other portal."""
    return urlsplit(settings.PUBLIC_BASE_URL).hostname or ""


def is_open(account: ProviderAccount) -> bool:
    """Whether a check must look at the epoch: it is doubted, or something changed since it was noted."""
    claim = claim_of(account)
    return bool(claim.doubted_at or claim.behind)


# --- comparing
def refuse_when_in_doubt(account: ProviderAccount) -> None:
    """Before anything is asked of Snowflake. Raises AccountInDoubt."""
    claim = claim_of(account)
    if claim.doubted_at:
        raise AccountInDoubt(claim.doubt_words)
    found = _wrong_address(claim)
    if found:
        stop(account, found)


def compare(account: ProviderAccount, comment: str) -> None:
    """After each look, before what it showed is acted upon. Raises AccountInDoubt."""
    found = doubt_in(claim_of(account), comment)
    if found:
        stop(account, found)


def doubt_in(claim: AccountClaim, comment: str, marks: Collection[str] = ()) -> Doubt | None:
    """What speaks against this portal, the gravest first; `marks` are the ids of the marked shares that were seen."""
    return _wrong_address(claim) or _wrong_epoch(comment) or _unknown(claim, marks)


def _wrong_address(claim: AccountClaim) -> Doubt | None:
    if claim.address == here():
        return None
    return Doubt(
        "address",
        Said(
            "This database took the account as %(before)s, but the portal runs as %(now)s now. It may be a copy.",
            before=claim.address,
            now=here(),
        ),
    )


def _wrong_epoch(comment: str) -> Doubt | None:
    seen = claims.read(comment, settings.FIRN_INSTANCE)
    if seen is None:
        return None
    mac = AuditEntry.objects.filter(pk=seen.number).values_list("mac", flat=True).first()
    if mac and claims.epoch(seen.number, mac) == seen:
        return None
    newest = AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if seen.number > newest:
        return Doubt(
            "newer",
            Said(
                "The account was changed at epoch %(epoch)s, and this portal's audit log ends at %(newest)s. The "
                "database is older than what stands in Snowflake, or another portal works there.",
                epoch=str(seen.number),
                newest=str(newest),
            ),
        )
    return Doubt(
        "other",
        Said(
            "The account was changed at epoch %(epoch)s by a portal whose audit log is not this one. Another portal "
            "with the same instance name (%(instance)s) works there, or this database is a copy that went its own way.",
            epoch=str(seen.number),
            instance=settings.FIRN_INSTANCE,
        ),
    )


def unknown_shares(marks: Collection[str]) -> list[str]:
    """Of the ids in marks those that no share here has, in order."""
    if not marks:
        return []
    known = {public_id.hex for public_id in Share.objects.values_list("public_id", flat=True)}
    return sorted(set(marks) - known)


def _unknown(claim: AccountClaim, marks: Collection[str]) -> Doubt | None:
    strange = [mark for mark in unknown_shares(marks) if mark not in claim.accepted]
    if not strange:
        return None
    names = few([derived_name(Share.PREFIX, mark) for mark in strange])
    words = Said("Shares carry this portal's mark, but it does not know them: %(names)s.", names=names)
    return Doubt("unknown", words)


def marks_in(comments: Iterable[str]) -> set[str]:
    """The share ids in those comments that are marks of this instance."""
    return {mark for comment in comments if (mark := claims.marked(comment, settings.FIRN_INSTANCE))}


# --- stopping, and going on
def stop(account: ProviderAccount, doubt: Doubt) -> None:
    """Change nothing there any more, and call people, once. Raises AccountInDoubt."""
    fields = {"doubt": doubt.code, "doubt_words": doubt.words}
    with transaction.atomic():
        first = AccountClaim.objects.filter(account=account, doubted_at=None).update(doubted_at=Now(), **fields)
        if first:
            logger.error("provider account %s is in doubt: %s", account, doubt.words)
            mails.alert(
                account,
                Said("Firn stopped changing the Snowflake account %(account)s", account=account.identifier),
                doubt.words,
                WHAT_TO_DO,
                key=f"account-in-doubt:{account.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
            )
            record("account.doubted", target=account, data=fields)
        else:
            AccountClaim.objects.filter(account=account).update(**fields)
    raise AccountInDoubt(doubt.words)


def judge(account: ProviderAccount, comment: str, marks: Collection[str]) -> None:
    """A whole check's verdict: a doubt stops the account, and none ends an earlier one. Raises AccountInDoubt."""
    claim = claim_of(account)
    found = doubt_in(claim, comment, marks)
    if found:
        stop(account, found)
    with transaction.atomic():
        if _end_doubt(account):
            record("account.doubt_over", target=account, data={"was": claim.doubt_words})


def _end_doubt(account: ProviderAccount, **fields: object) -> int:
    over = AccountClaim.objects.filter(account=account).exclude(doubted_at=None)
    ended = over.update(doubted_at=None, doubt="", doubt_words="", **fields)
    if ended:
        Share.objects.filter(provider_account=account, taken_back_at=None, lease_owner="").update(next_check_at=Now())
    return ended


# --- the epoch in Snowflake
def note(client: Client, account: ProviderAccount, comment: str) -> None:
    """Before something is changed: leave the epoch in Snowflake, at most once a minute. Raises SnowflakeError."""
    known, read = claim_of(account), claims.read(comment, settings.FIRN_INSTANCE) is not None
    since = timezone.now() - NOTE_EVERY
    if read and known.behind and known.noted_at and known.noted_at >= since:
        # As it will stay: where many shares change at once, none has to wait for the others to write the same.
        return
    claim = AccountClaim.objects.filter(account=account)
    due = Q(noted_at=None) | Q(noted_at__lt=since)
    if not read:
        due |= Q(pk__isnull=False)
    if claim.filter(due).update(noted_at=timezone.now(), behind=False):
        _write(client, account, comment, record("account.epoch_noted", target=account))
    else:
        claim.filter(behind=False).update(behind=True)


def catch_up(client: Client, account: ProviderAccount, comment: str) -> None:
    """What changed since the epoch was noted is noted now. Raises SnowflakeError."""
    if AccountClaim.objects.filter(account=account, behind=True).update(noted_at=timezone.now(), behind=False):
        _write(client, account, comment, record("account.epoch_noted", target=account))


def _write(client: Client, account: ProviderAccount, comment: str, entry: AuditEntry) -> None:
    text = claims.write(comment, settings.FIRN_INSTANCE, claims.epoch(entry.pk, entry.mac))
    answer = run_repeatably(client, [sql.comment_on_database(account.outbound_database, text)])[0]
    if isinstance(answer, SnowflakeError):
        AccountClaim.objects.filter(account=account).update(noted_at=None, behind=True)
        raise answer


def take(client: Client, account: ProviderAccount, comment: str, marks: Collection[str], by: User, reason: str) -> None:
    """A person says that this portal is the one: a new epoch begins, and every other portal with the same instance
    name stops. What is not known here stays in Snowflake as it is. Raises SnowflakeError."""
    strange = unknown_shares(marks)
    claim = claim_of(account)
    data = {"reason": reason, "doubt": claim.doubt_words, "left_alone": strange}
    entry = record("account.taken", actor=by, target=account, data=data)
    _write(client, account, comment, entry)
    with transaction.atomic():
        AccountClaim.objects.filter(pk=claim.pk).update(address=here(), accepted=strange, noted_at=timezone.now())
        _end_doubt(account, behind=False)
