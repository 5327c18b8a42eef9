"""The database's clock, for decisions that several machines must agree on."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db.models.functions import Now

from shares.models import Share


def moment(share: Share) -> datetime:
    """What time it is where the share's row lives."""
    return cast(datetime, Share.objects.values_list(Now(), flat=True).get(pk=share.pk))
