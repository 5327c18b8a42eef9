"""Which column may separate the tenants of a table: a guess to show to a person, who decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_WORDS = ("TENANT", "CUSTOMER", "ORGANIZATION", "ORGANISATION", "ORG", "COMPANY", "CLIENT", "MERCHANT", "SUBSCRIBER")
_ENDS = ("_ID", "_KEY", "_CODE", "_NO", "_NUMBER", "")


def guess_tenant(columns: Iterable[str], used: Sequence[str]) -> str:
    """The column's name as it is written, or "". `used` are the catalog's own tenant columns, the most frequent first:
    what separates other tables separates this one, too. Then common names: TENANT_ID before CUSTOMER_ID before …"""
    named = {name.upper(): name for name in columns}
    wanted = [*(name.upper() for name in used), *(word + end for word in _WORDS for end in _ENDS)]
    return next((named[name] for name in wanted if name in named), "")
