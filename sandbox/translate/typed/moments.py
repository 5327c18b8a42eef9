"""Moments out of nothing, out of parts, and in other time zones."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import LTZ, NTZ, TZ
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.dates import moment
from sandbox.translate.typed.kinds import DATE, TIME, call, lake_cast, num, string
from sandbox.translate.typed.numbers import numeric
from sandbox.translate.typed.rules import Lowered, named, rule


@rule(exp.ConvertTimezone)
def _convert_timezone(node: exp.ConvertTimezone) -> Lowered:
    """With a source zone a time of day in, one out; without, the same instant with the offset of the target's zone."""
    source, target, value = node.args.get("source_tz"), node.args["target_tz"], node.args["timestamp"]
    if source is None:
        return call("SF_TZ_AT", call("SF_TZ_UTC", convert(value, TZ)), target), TZ
    return call("TIMEZONE", target, call("TIMEZONE", source, lake_cast(moment(value), "TIMESTAMP"))), NTZ


@rule(exp.CurrentTimestamp, exp.Localtimestamp)
def _now(node: exp.Func) -> Lowered:
    if node.args.get("sysdate"):
        return call("TIMEZONE", string("UTC"), call("NOW")), NTZ
    return call("NOW"), LTZ


@rule(exp.CurrentTime, exp.Localtime)
def _now_time(node: exp.Func) -> Lowered:
    return lake_cast(lake_cast(call("NOW"), "TIMESTAMP"), "TIME"), TIME


@rule(exp.CurrentDate)
def _today(node: exp.CurrentDate) -> Lowered:
    return lake_cast(call("NOW"), "DATE"), DATE


@rule(exp.DateFromParts)
def _date_from_parts(node: exp.DateFromParts) -> Lowered:
    return call("SF_DATE_FROM_PARTS", *(numeric(node.args[k]) for k in ("year", "month", "day"))), DATE


@rule(exp.TimestampFromParts)
def _timestamp_from_parts(node: exp.TimestampFromParts) -> Lowered:
    if node.args.get("zone") is not None or node.args.get("year") is None:
        raise fail("unsupported", feature=node.sql("snowflake")[:80])
    parts = [node.args.get(k) or num(0) for k in ("year", "month", "day", "hour", "min", "sec", "nano")]
    return call("SF_STAMP_FROM_PARTS", *parts), NTZ


@rule(exp.TimeFromParts)
def _time_from_parts(node: exp.TimeFromParts) -> Lowered:
    parts = [node.args.get(k) or num(0) for k in ("hour", "min", "sec", "nano")]
    return call("SF_TIME_FROM_PARTS", *parts), TIME


@named("TIMESTAMP_LTZ_FROM_PARTS", "TIMESTAMPLTZFROMPARTS")
def _ltz_from_parts(node: exp.Anonymous) -> Lowered:
    parts = [*node.expressions, *[num(0)] * (7 - len(node.expressions))]
    return lake_cast(call("SF_STAMP_FROM_PARTS", *parts), "TIMESTAMPTZ"), LTZ


@rule(exp.TimestampTzFromParts)
def _tz_from_parts(node: exp.TimestampTzFromParts) -> Lowered:
    parts = [node.args.get(k) or num(0) for k in ("year", "month", "day", "hour", "min", "sec", "nano")]
    stamp, zone = call("SF_STAMP_FROM_PARTS", *parts), node.args.get("zone")
    if zone is None:
        return call("SF_NTZ_TZ", stamp), TZ
    instant = call("TIMEZONE", zone, stamp)
    return call("SF_TZ_AT", call("TIMEZONE", string("UTC"), instant), zone.copy()), TZ
