"""What a worker found, stored as codes with their values, and put into words in the language of whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.functional import Promise

# A code and what it is about: a name, a number, "" where there is nothing to name.
Finding = tuple[str, str]


def stored(*findings: Finding) -> str:
    """For a field of text."""
    return json.dumps(findings, ensure_ascii=False)


def told(text: str, words: Mapping[str, Promise]) -> str:
    """A sentence for each finding. Text without codes is told as it is: what Snowflake said, and rows of before.

    Of a code that this release does not know (one that came later, and went back) at least the value is told.
    """
    try:
        findings = json.loads(text)
    except ValueError:
        return text
    if not isinstance(findings, list):
        return text
    return " ".join(str(words.get(code, "%(value)s")) % {"value": value} for code, value in findings)
