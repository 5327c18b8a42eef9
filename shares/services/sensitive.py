"""Which decisions want to know anew who decides, wherever they are made."""

from __future__ import annotations

from shares.models import ShareRequest
from shares.services import privacy


def wants_fresh(asked: ShareRequest) -> bool:
    """Whether the answer may vouch for an account that nobody has proved, or shows something about persons."""
    return not asked.consumer_account.is_proved or bool(privacy.columns_of(asked))
