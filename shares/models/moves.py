"""A share's move to another account of its customer: the old one stays until the new one has been there for a while."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from shares.models.requests import ShareRequest
from shares.models.shares import Share

SHORTEST, LONGEST = 1, 90
_WITHIN = (MinValueValidator(SHORTEST), MaxValueValidator(LONGEST))


class Move(models.Model):
    """`ready_at`: the new share could be read; `retires_at`: from then on the old one ends; `held_at`: it should have
    ended, but the new one was not well. What state that makes is computed (shares.services.move_facts)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    old_share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="moves_away")
    new_share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="moves_here")
    request = models.OneToOneField(ShareRequest, on_delete=models.PROTECT, related_name="move")
    overlap_days = models.PositiveSmallIntegerField(validators=_WITHIN)
    ready_at = models.DateTimeField(null=True, blank=True)
    retires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    held_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.old_share.consumer_account} to {self.new_share.consumer_account}"
