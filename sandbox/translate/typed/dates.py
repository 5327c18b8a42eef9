"""Dates and times: moving, truncating, taking apart; the type of what goes in decides the type of what comes out."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import NTZ, TZ, SqlType
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import DATE, TIME, call, is_kind, kind_of, lake_cast, num, number, set_kind, string
from sandbox.translate.typed.numbers import numeric
from sandbox.translate.typed.rules import Lowered, rule

_UNITS = {
    **dict.fromkeys(("YEAR", "Y", "YY", "YYY", "YYYY", "YR", "YEARS", "YRS"), "YEAR"),
    **dict.fromkeys(("QUARTER", "Q", "QTR", "QTRS", "QUARTERS"), "QUARTER"),
    **dict.fromkeys(("MONTH", "MM", "MON", "MONS", "MONTHS"), "MONTH"),
    **dict.fromkeys(("WEEK", "W", "WK", "WEEKOFYEAR", "WOY", "WY", "WEEKS", "WEEKISO", "WEEK_ISO"), "WEEK"),
    **dict.fromkeys(("DAY", "D", "DD", "DAYS", "DAYOFMONTH"), "DAY"),
    **dict.fromkeys(("HOUR", "H", "HH", "HR", "HOURS", "HRS"), "HOUR"),
    **dict.fromkeys(("MINUTE", "M", "MI", "MIN", "MINUTES", "MINS"), "MINUTE"),
    **dict.fromkeys(("SECOND", "S", "SEC", "SECONDS", "SECS"), "SECOND"),
    **dict.fromkeys(("MILLISECOND", "MS", "MSEC", "MILLISECONDS"), "MILLISECOND"),
    **dict.fromkeys(("MICROSECOND", "US", "USEC", "MICROSECONDS"), "MICROSECOND"),
    **dict.fromkeys(("NANOSECOND", "NS", "NSEC", "NANOSEC", "NSECOND", "NANOSECONDS"), "NANOSECOND"),
}
DAYS_UP = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY")
_SPANS = {
    "YEAR": ("TO_MONTHS", 12),
    "QUARTER": ("TO_MONTHS", 3),
    "MONTH": ("TO_MONTHS", 1),
    "WEEK": ("TO_DAYS", 7),
    "DAY": ("TO_DAYS", 1),
    "HOUR": ("TO_HOURS", 1),
    "MINUTE": ("TO_MINUTES", 1),
    "SECOND": ("TO_SECONDS", 1),
    "MILLISECOND": ("TO_MILLISECONDS", 1),
    "MICROSECOND": ("TO_MICROSECONDS", 1),
}


def unit_of(node: exp.Expr | None) -> str:
    """A date part in its full name; 000002 for one that nobody knows."""
    text = (node.name if node is not None else "DAY").upper()
    if isinstance(node, exp.WeekStart):
        text = "WEEK"
    if text not in _UNITS:
        raise fail("unsupported", feature=f"date part {text}")
    return _UNITS[text]


def moment(node: exp.Expr) -> exp.Expr:
    """Text where a date or time is wanted is read as a timestamp; of a TIMESTAMP_TZ its own time of day counts."""
    if is_kind(node, "TIMESTAMP_TZ"):
        return set_kind(call("SF_TZ_LOCAL", node), NTZ)
    if not is_kind(node, "VARCHAR", "VARIANT"):
        return node
    return set_kind(convert(node, NTZ), NTZ)


def kept_offset(found: Lowered, value: exp.Expr) -> Lowered:
    """What was made of a TIMESTAMP_TZ's time of day, with its offset again."""
    if not is_kind(value, "TIMESTAMP_TZ"):
        return found
    return call("SF_TZ_MOVED", value.copy(), lake_cast(found[0], "TIMESTAMP")), TZ


def span(amount: exp.Expr, unit: str) -> exp.Expr:
    """So many of the unit, as a DuckDB interval; a fraction is rounded."""
    if unit == "NANOSECOND":
        return call("TO_MICROSECONDS", lake_cast(exp.Div(this=exp.paren(amount), expression=num(1000)), "BIGINT"))
    name, times = _SPANS[unit]
    whole = lake_cast(lake_cast(numeric(amount), "DECIMAL(38,0)"), "BIGINT" if unit != "DAY" else "INTEGER")
    if times != 1:
        whole = lake_cast(exp.Mul(this=whole, expression=num(times)), "INTEGER")
    return call(name, whole)


def moved(value: exp.Expr, interval: exp.Expr, days_up: bool, minus: bool = False) -> Lowered:
    """A date stays a date when only days and longer are added; a time of day wraps around."""
    kind = kind_of(value)
    made: exp.Expr = (exp.Sub if minus else exp.Add)(this=value, expression=interval)
    if kind is not None and kind.name == "DATE":
        return (lake_cast(made, "DATE"), DATE) if days_up else (lake_cast(made, "TIMESTAMP"), NTZ)
    return exp.paren(made, copy=False), kind


@rule(exp.DateAdd, exp.TimeAdd, exp.TimestampAdd, exp.DatetimeAdd)
def _date_add(node: exp.Func) -> Lowered:
    unit = unit_of(node.args.get("unit"))
    return kept_offset(moved(moment(node.this), span(node.expression, unit), unit in DAYS_UP), node.this)


@rule(exp.AddMonths)
def _add_months(node: exp.AddMonths) -> Lowered:
    value = moment(node.this)
    kind = kind_of(value)
    made = call("SF_ADD_MONTHS", value, lake_cast(lake_cast(node.expression, "DECIMAL(38,0)"), "INTEGER"))
    if kind is not None and kind.name == "DATE":
        return lake_cast(made, "DATE"), DATE
    return kept_offset((made, kind), node.this)


@rule(exp.DateDiff, exp.TimestampDiff, exp.DatetimeDiff, exp.TimeDiff)
def _date_diff(node: exp.Func) -> Lowered:
    unit = unit_of(node.args.get("unit"))
    later, earlier = _instants(node.this, node.expression)
    if is_kind(later, "DATE") != is_kind(earlier, "DATE") or unit not in DAYS_UP:
        later, earlier = _stamp(later), _stamp(earlier)
    if unit == "WEEK":
        return call("SF_WEEKS_BETWEEN", earlier, later), number(9)
    if unit == "NANOSECOND":
        micros = call("DATE_DIFF", string("microsecond"), earlier, later)
        return exp.Mul(this=micros, expression=num(1000)), number(18)
    return call("DATE_DIFF", string(unit.lower()), earlier, later), number(9)


def _instants(*nodes: exp.Expr) -> list[exp.Expr]:
    """Moments to measure between; next to a TIMESTAMP_TZ all of them in UTC."""
    if not any(is_kind(node, "TIMESTAMP_TZ") for node in nodes):
        return [moment(node) for node in nodes]
    return [set_kind(call("SF_TZ_UTC", convert(node, TZ)), NTZ) for node in nodes]


def _stamp(node: exp.Expr) -> exp.Expr:
    return lake_cast(node, "TIMESTAMP") if is_kind(node, "DATE") else node


@rule(exp.TimestampTrunc, exp.DateTrunc)
def _date_trunc(node: exp.Func) -> Lowered:
    unit = unit_of(node.args.get("unit")).lower()
    value = moment(node.this)
    kind = kind_of(value)
    if kind is not None and kind.name == "DATE":
        return lake_cast(call("DATE_TRUNC", string(unit), value), "DATE"), DATE
    if kind is not None and kind.name == "TIME":
        return call("SF_TRUNC_TIME", string(unit), value), TIME
    return kept_offset((call("DATE_TRUNC", string(unit), value), kind), node.this)


@rule(exp.TimeSlice)
def _time_slice(node: exp.TimeSlice) -> Lowered:
    unit = unit_of(node.args.get("unit"))
    value = moment(node.this)
    kind, end = kind_of(value), node.args.get("kind")
    width = span(node.expression, unit)
    origin = "1969-12-29" if unit == "WEEK" else "1970-01-01"
    made: exp.Expr = call("TIME_BUCKET", width, lake_cast(value, "TIMESTAMP"), lake_cast(string(origin), "TIMESTAMP"))
    if end is not None and end.name.upper() == "END":
        made = exp.Add(this=made, expression=width.copy())
    kind = kind or NTZ
    return kept_offset((lake_cast(made, kind.lake()), kind), node.this)


_PARTS = {
    "YEAROFWEEK": "isoyear",
    "YEAROFWEEKISO": "isoyear",
    "DAYOFWEEK": "dayofweek",
    "DAYOFWEEK_ISO": "isodow",
    "DAYOFWEEKISO": "isodow",
    "WEEKDAY": "dayofweek",
    "DOW": "dayofweek",
    "DW": "dayofweek",
    "DOW_ISO": "isodow",
    "DAYOFYEAR": "dayofyear",
    "YEARDAY": "dayofyear",
    "DOY": "dayofyear",
    "DY": "dayofyear",
    "TIMEZONE_HOUR": "timezone_hour",
    "TIMEZONE_MINUTE": "timezone_minute",
    "TZH": "timezone_hour",
    "TZM": "timezone_minute",
}
_OFFSETS = {
    **dict.fromkeys(("TIMEZONE_HOUR", "TZH"), "SF_HOURS_OF"),
    **dict.fromkeys(("TIMEZONE_MINUTE", "TZM"), "SF_MINUTES_OF"),
}
_EPOCHS = {
    **dict.fromkeys(("EPOCH", "EPOCH_SECOND", "EPOCH_SECONDS"), "SF_EPOCH_S"),
    **dict.fromkeys(("EPOCH_MILLISECOND", "EPOCH_MILLISECONDS"), "EPOCH_MS"),
    **dict.fromkeys(("EPOCH_MICROSECOND", "EPOCH_MICROSECONDS"), "EPOCH_US"),
    **dict.fromkeys(("EPOCH_NANOSECOND", "EPOCH_NANOSECONDS"), "EPOCH_NS"),
}


def part_of(name: str, value: exp.Expr) -> Lowered:
    """One part of a date or time as a number."""
    name = name.upper()
    if name in _EPOCHS:
        (value,) = _instants(value)
        return call(_EPOCHS[name], _stamp(value)), number(19)
    if is_kind(value, "TIMESTAMP_TZ") and name in _OFFSETS:
        return lake_cast(call(_OFFSETS[name], call("SF_TZ_MINUTES", value)), "INTEGER"), number(2)
    value = moment(value)
    if name in _PARTS:
        return call("DATE_PART", string(_PARTS[name]), value), number(4 if "YEAR" in name[:4] else 2)
    if name in _UNITS and _UNITS[name] == "NANOSECOND":
        return call("SF_NANOS", value), number(9)
    unit = unit_of(exp.Var(this=name))
    if unit == "SECOND":
        return lake_cast(call("FLOOR", call("DATE_PART", string("second"), value)), "BIGINT"), number(2)
    return call("DATE_PART", string(unit.lower()), value), number(4 if unit == "YEAR" else 2)


@rule(exp.Extract)
def _extract(node: exp.Extract) -> Lowered:
    return part_of(node.this.name, node.expression)


_NAMED_PARTS: dict[type[exp.Expr], str] = {
    exp.Year: "YEAR",
    exp.Month: "MONTH",
    exp.Day: "DAY",
    exp.DayOfMonth: "DAY",
    exp.DayOfWeek: "DAYOFWEEK",
    exp.DayOfWeekIso: "DAYOFWEEKISO",
    exp.DayOfYear: "DAYOFYEAR",
    exp.Week: "WEEK",
    exp.WeekOfYear: "WEEK",
    exp.YearOfWeek: "YEAROFWEEK",
    exp.YearOfWeekIso: "YEAROFWEEK",
    exp.Quarter: "QUARTER",
    exp.Hour: "HOUR",
    exp.Minute: "MINUTE",
    exp.Second: "SECOND",
}


@rule(*_NAMED_PARTS)
def _named_part(node: exp.Func) -> Lowered:
    return part_of(_NAMED_PARTS[type(node)], node.this)


@rule(exp.Dayname, exp.Monthname)
def _day_name(node: exp.Func) -> Lowered:
    name = "DAYNAME" if isinstance(node, exp.Dayname) else "MONTHNAME"
    return call("LEFT", call(name, moment(node.this)), num(3)), SqlType("VARCHAR", 3)


@rule(exp.LastDay)
def _last_day(node: exp.LastDay) -> Lowered:
    unit = unit_of(node.args["unit"]) if node.args.get("unit") is not None else "MONTH"
    start = call("DATE_TRUNC", string(unit.lower()), moment(node.this))
    end = exp.Sub(this=exp.Add(this=start, expression=span(num(1), unit)), expression=call("TO_DAYS", num(1)))
    return lake_cast(end, "DATE"), DATE


@rule(exp.NextDay, exp.PreviousDay)
def _next_day(node: exp.Func) -> Lowered:
    name = "SF_NEXT_DAY" if isinstance(node, exp.NextDay) else "SF_PREVIOUS_DAY"
    return call(name, moment(node.this), node.expression), DATE


@rule(exp.MonthsBetween)
def _months_between(node: exp.MonthsBetween) -> Lowered:
    a, b = (lake_cast(moment(side), "TIMESTAMP") for side in (node.this, node.expression))
    return call("SF_MONTHS_BETWEEN", a, b), number(38, 6)
