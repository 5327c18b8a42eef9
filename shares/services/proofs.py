"""The leak test: read every view as the consumer before anybody is let in, and judge what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from shares.core.evidence import examine
from shares.core.function_reads import strays
from shares.core.keeping import read_at
from shares.core.said import Said
from shares.core.spec import Observed, Phase, ShareSpec, ViewSpec, print_of
from shares.core.verdicts import ViewReading, judge
from shares.models import Proof, Run
from shares.services.apply import look
from shares.services.leases import Lease
from shares.services.viewer import Viewer
from shares.snowflake import sql
from shares.snowflake.client import Client, Result
from shares.snowflake.errors import TIMED_OUT, SnowflakeError


class TooSlow(Exception):
    """The leak test took longer than a statement may take: to ask again at once would only be paid again."""


def prove(viewer: Viewer, run: Run, lease: Lease, spec: ShareSpec, observed: Observed | None) -> Proof:
    """Read each view of `spec` as its consumer and store the verdict: of one that is to show more, what it will show.

    Without `observed` each is read under its own name, which proves nothing of one that is to show more.

    Snowflake does not simulate a consumer for functions: they are proved through the views that they read, which are
    all in `spec` (docs.snowflake.com/en/user-guide/data-sharing-views), and read nothing else. Raises TooSlow, or
    SnowflakeError for any other reason.
    """
    try:
        places = read_at(spec, observed) if observed else {}
        readings = _read(viewer.client(spec), run, lease, spec, places)
    except SnowflakeError as error:
        if error.code in TIMED_OUT:
            raise TooSlow from error
        raise
    finally:
        viewer.turn_back()
    verdict = judge(readings, [view.name for view in spec.views], past_views(spec))
    return Proof.objects.create(
        share=run.share,
        run=run,
        isolated=verdict.isolated,
        rows=verdict.rows,
        foreign_rows=verdict.foreign,
        words=verdict.words,
        seen_as=sql.consumer(spec.accounts[0]),
        readings=[_kept(view, reading) for view, reading in zip(spec.views, readings, strict=True)],
    )


def past_views(spec: ShareSpec) -> dict[str, tuple[str, ...]]:
    """What the share's functions read besides its views, by the function's name."""
    views = {(spec.database, spec.schema, view.name) for view in spec.views}
    return {item.name: found for item in spec.functions if (found := strays(item.definition, views))}


def _kept(view: ViewSpec, reading: ViewReading) -> dict[str, object]:
    """What of one view's reading goes into the evidence."""
    return {
        "name": reading.name,
        "rows": reading.rows,
        "foreign": reading.foreign,
        "newest": reading.newest.isoformat() if reading.newest else None,
        "nobodys": reading.nobodys,
        "columns": list(view.columns),
        "filter": view.tenant_column,
        "tenants": list(view.tenant_keys),
        "print": print_of(view.definition),
        "query_id": reading.query_id,
        "wrong_columns": list(reading.wrong_columns),
        "masked": [name for name, _ in view.masked],
        "unmasked": reading.unmasked,
    }


def is_due(run: Run, spec: ShareSpec) -> bool:
    """Whether what would converge now wants a proof of its own before."""
    if spec.phase is not Phase.LIVE or not spec.views:
        return False
    newest = run.share.proofs.first()
    if newest is None or run.changed or not _is_of(newest, spec):
        return True
    # A verdict is repeated at each audit, also when nothing seems to have moved.
    oldest = timezone.now() - timedelta(hours=settings.FIRN_AUDIT_HOURS) * 0.8
    return newest.proved_at < max(oldest, run.share.proof_wanted_at or oldest)


def _is_of(proof: Proof, spec: ShareSpec) -> bool:
    """Whether it read these very views, as this very account: an earlier run may have changed some, and died before its
    proof; and the account's locator may have become known."""
    if proof.seen_as and proof.seen_as != sql.consumer(spec.accounts[0]):
        return False
    read = {(reading["name"], reading.get("print")) for reading in proof.readings}
    return read == {(view.name, print_of(view.definition)) for view in spec.views}


def examined(run: Run, spec: ShareSpec, observed: Observed) -> None:
    """Put what this look showed of the objects to the newest proof: together they are the evidence."""
    seen = examine(spec, observed)
    newest = Proof.objects.filter(share=run.share_id).values_list("pk", flat=True).first() if seen else None
    if newest:
        Proof.objects.filter(pk=newest).update(examination=seen, examined_at=timezone.now())


def prove_early(viewer: Viewer, run: Run, lease: Lease, spec: ShareSpec) -> Proof | None:
    """After building, while the look at what was built is under way. A proof that could not be had now is asked for
    again when it is needed: what is there may not be what was built. Raises TooSlow."""
    try:
        return prove(viewer, run, lease, spec, None)
    except SnowflakeError:
        return None


def _read(client: Client, run: Run, lease: Lease, spec: ShareSpec, places: Mapping[str, str]) -> list[ViewReading]:
    """What every view shows, side by side, and which columns it has."""
    read = [replace(view, name=places.get(view.name, view.name)) for view in spec.views]
    if not read:
        return []
    questions = [(_purpose(view), sql.leak_test(view, spec.database, spec.schema)) for view in read]
    listing = (Said("Prove that the columns are the approved ones"), sql.show_columns(spec.database, spec.schema))
    *answers, listed = look(client, run, lease, *questions, listing)
    found = []
    for view, place, answer in zip(spec.views, read, answers, strict=True):
        reading, wrong = reading_in(view.name, answer.rows[0]), _wrong_columns(place, listed)
        found.append(replace(reading, exposed=view.exposed, wrong_columns=wrong, query_id=answer.query_id))
    return found


def _wrong_columns(view: ViewSpec, listed: Result) -> tuple[str, ...]:
    """Columns that only one of both has: the view as approved, and the view as SHOW COLUMNS prints it."""
    there = {str(row["column_name"]) for row in listed.rows if row["table_name"] == view.name}
    approved = set(view.columns)
    # Where SHOW printed as much as it ever does, what is not there may only have been cut off.
    return tuple(sorted(there - approved if len(listed.rows) >= sql.PAGE else there ^ approved))


def _purpose(view: ViewSpec) -> Said:
    if not view.tenant_column:
        return Said("Prove that %(name)s holds reference data", name=view.name)
    return Said("Prove that %(name)s holds only rows of %(keys)s", name=view.name, keys=", ".join(view.tenant_keys))


def reading_in(name: str, row: dict[str, Any]) -> ViewReading:
    """One answer of sql.leak_test or sql.reading."""
    counts = int(row["row_count"]), int(row["foreign_count"] or 0)
    bare = int(row.get("unmasked_count") or 0)
    nobodys, newest, oldest = int(row["null_count"] or 0), moment(row["newest"]), moment(row.get("oldest"))
    return ViewReading(name, *counts, newest, nobodys=nobodys, unmasked=bare, oldest=oldest)


def moment(value: object) -> datetime | None:
    """A date or time of Snowflake's as an aware datetime: without a zone it is taken as UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=UTC)
    return None
