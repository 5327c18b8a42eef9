"""Dates, times and timestamps as text by one of Snowflake's formats."""

from __future__ import annotations

import re

from sqlglot import exp

from sandbox.translate.typed.kinds import call, lake_cast, num, string

_ELEMENTS = {
    "YYYY": "%Y",
    "UUUU": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MON": "%b",
    "MM": "%m",
    "DD": "%d",
    "DY": "%a",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%H",
    "MI": "%M",
    "SS": "%S",
    "AM": "%p",
    "PM": "%p",
}
_OFFSETS = ("TZH:TZM", "TZHTZM", "TZH")
_TOKEN = re.compile(
    r'"[^"]*"|FF[0-9]?|' + "|".join(sorted(map(re.escape, (*_OFFSETS, *_ELEMENTS)), key=len, reverse=True)) + "|.",
    re.IGNORECASE | re.DOTALL,
)


def date_text(value: exp.Expr, form: str, kind: str) -> exp.Expr:
    """The value, which is of this kind, by a format: strftime for all but offsets and fractions of other lengths."""
    stamp, minutes = _parts(value, kind)
    pieces: list[exp.Expr] = []
    run = ""
    for token in _TOKEN.findall(form):
        special = _special(token.upper(), stamp, minutes)
        if special is not None:
            pieces += [call("STRFTIME", stamp.copy(), string(run))] if run else []
            pieces.append(special)
            run = ""
        elif token.startswith('"') and len(token) > 1:
            run += token[1:-1].replace("%", "%%")
        else:
            run += _ELEMENTS.get(token.upper(), token.replace("%", "%%"))
    if run or not pieces:
        pieces.append(call("STRFTIME", stamp.copy(), string(run)))
    joined = pieces[0]
    for piece in pieces[1:]:
        joined = exp.DPipe(this=joined, expression=piece, safe=False)
    return exp.paren(joined, copy=False)


def _parts(value: exp.Expr, kind: str) -> tuple[exp.Expr, exp.Expr]:
    """The time of day that the value tells, and the minutes of its offset from UTC."""
    if kind == "TIME":
        return call("SF_TIME_STAMP", value), num(0)
    if kind == "TIMESTAMP_LTZ":
        return lake_cast(value, "TIMESTAMP"), call("SF_LTZ_MINUTES", value.copy())
    if kind != "TIMESTAMP_TZ":
        return value, num(0)
    return call("SF_TZ_LOCAL", value), call("SF_TZ_MINUTES", value.copy())


def _special(token: str, stamp: exp.Expr, minutes: exp.Expr) -> exp.Expr | None:
    """What strftime has no letter for."""
    if re.fullmatch(r"FF[0-9]?", token):
        return call("LEFT", call("STRFTIME", stamp.copy(), string("%n")), num(int(token[2:] or 9)))
    if token == "TZH":  # noqa: S105 - an element of a format
        return call("SF_OFFSET_HOURS", minutes.copy())
    return call("SF_OFFSET", minutes.copy(), string(":" if ":" in token else "")) if token in _OFFSETS else None
