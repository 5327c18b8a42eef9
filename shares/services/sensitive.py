"""Which decisions want to know anew who decides, wherever they are made."""

from __future__ import annotations

from shares.models import ShareRequest


def wants_fresh(asked: ShareRequest) -> bool:
    """Whether the answer may vouch for an account that nobody has proved."""
    return not asked.consumer_account.is_proved
