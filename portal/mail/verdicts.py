"""Reads an Authentication-Results header (RFC 8601): whether our own server says that DMARC passed for a domain.

A sender chooses much of what a server repeats there, inside quotes and comments; both are taken out before anything is
looked for.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")


def passes(header: str, authority: str, domain: str) -> bool:
    """True for exactly one verdict on DMARC, a pass, for `domain`, by `authority`."""
    plain = _plain(header)
    if plain is None:
        return False
    who, *results = [part.split() for part in plain.split(";")]
    # The name may be followed by a version, which must be 1.
    if not who or who[0].lower() != authority.lower() or who[1:] not in ([], ["1"]):
        return False
    verdict = [result for result in results if result and result[0].lower().startswith("dmarc")]
    if len(verdict) != 1 or verdict[0][0].lower() != "dmarc=pass":
        return False
    told = [prop.lower() for prop in verdict[0][1:] if prop.lower().startswith("header.from=")]
    return told == [f"header.from={domain.lower()}"]


def _plain(header: str) -> str | None:
    """Without quoted strings and comments, also nested ones; None where one does not end."""
    plain = _QUOTED.sub('""', header)
    before = ""
    while plain != before:
        before, plain = plain, _COMMENT.sub(" ", plain)
    if '"' in plain.replace('""', "") or "(" in plain or ")" in plain:
        return None
    return re.sub(r"\s*=\s*", "=", plain)
