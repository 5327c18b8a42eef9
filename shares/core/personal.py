"""Whether a column's name says that it holds personal data: a guess on the safe side, which only bars a shortcut."""

from __future__ import annotations

from itertools import pairwise

_WORDS = frozenset(
    {
        "address", "birth", "birthday", "birthdate", "contact", "dob", "email", "family", "fax", "firstname", "gender",
        "iban", "ip", "lastname", "latitude", "longitude", "mail", "mobile", "nationality", "passenger", "passport",
        "patient", "person", "phone", "postcode", "salary", "ssn", "street", "surname", "tax", "telephone", "user",
        "username", "zip",
    }
)  # fmt: skip
_PAIRS = frozenset({("first", "name"), ("last", "name"), ("full", "name"), ("given", "name"), ("customer", "name")})


def looks_personal(column: str) -> bool:
    """EMAIL, HOME_PHONE, FIRST_NAME …"""
    words = column.lower().split("_")
    return bool(_WORDS & {*words}) or bool(_PAIRS & {*pairwise(words)})
