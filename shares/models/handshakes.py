"""The proof that an account is the customer's: a one-time code that can only be read from inside it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from shares.models.shares import Share

MAX_FAILURES = 5


class HandshakeQuerySet(models.QuerySet["Handshake"]):
    def open_at(self, now: datetime | Now) -> HandshakeQuerySet:
        """Those whose code may still be typed."""
        return self.filter(used_at__isnull=True, expires_at__gt=now, failures__lt=MAX_FAILURES)


class Handshake(models.Model):
    """One code for one account, on the share that carries it there. The code is derived, never stored.

    `failures` counts wrong codes. `looked_at` and `look_words` say what came of the last search for the customer's own
    share (the way back), which `asked_at` asked for.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="handshakes")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    look_words = models.TextField(blank=True)

    objects = HandshakeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"code for {self.share.consumer_account}"

    @property
    def looks(self) -> bool:
        """Whether the customer's own share is being looked for now."""
        return self.asked_at is not None and (self.looked_at is None or self.looked_at < self.asked_at)

    @property
    def tries_left(self) -> int:
        return max(0, MAX_FAILURES - self.failures)
