"""Numeric formats of TO_CHAR and TO_NUMBER: `999,999.00`, `$`, `FM`, `X`, `0`, `S`, `MI` (SQL format models)."""

from __future__ import annotations

import re

from sqlglot import exp

from sandbox.errors import fail
from sandbox.translate.typed.kinds import call, lake_cast, num, string

_FORM = re.compile(r"(FM)?(MI|S)?(\$?)([09,]*)(?:([.D])([09]*))?(MI|S)?", re.IGNORECASE)


def _split(form: str) -> re.Match[str]:
    found = _FORM.fullmatch(form.replace("G", ","))
    if found is None or not (found[4] or found[6]):
        raise fail("unsupported", feature=f"numeric format '{form}'")
    return found


def number_text(value: exp.Expr, form: str) -> exp.Expr:
    """The number by its format: blanks to the left unless FM, `#` when it does not fit."""
    if re.fullmatch("X+", form, re.IGNORECASE):
        text = call("SF_HEX", lake_cast(value, "BIGINT"), num(len(form)))
        return call("LOWER", text) if form[0] == "x" else text
    if form.upper() in ("TM", "TM9"):
        return lake_cast(value, "VARCHAR")
    found = _split(form)
    whole, fraction = found[4] or "", found[6] or ""
    forced = len(whole.replace(",", "")[whole.replace(",", "").find("0") :]) if "0" in whole else 0
    sign = (found[2] or found[7] or "").upper()
    options = [
        num(len(whole.replace(",", ""))),
        num(len(fraction)),
        num(max(forced, 1 if not fraction else 0)),
        exp.Boolean(this="," in whole),
        string(found[3] or ""),
        string(sign if not found[7] else "T" + sign),
        exp.Boolean(this=bool(found[1])),
        num(len(whole) + (1 + len(fraction) if found[5] else 0) + len(found[3] or "")),
    ]
    return call("SF_NUMBER_TEXT", lake_cast(value, f"DECIMAL(38,{len(fraction)})"), *options)


def text_number(text: exp.Expr, form: str, safe: bool) -> exp.Expr:
    """Text read by its format: everything that is not part of the number is taken away."""
    if re.fullmatch("X+", form, re.IGNORECASE):
        return call("SF_FROM_HEX", text)
    _split(form)
    return call("SF_TRY_UNFORMAT" if safe else "SF_UNFORMAT", text)
