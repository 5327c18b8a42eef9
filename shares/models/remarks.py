"""What approvers and requesters ask each other about a request."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shares.models.requests import ShareRequest


class Remark(models.Model):
    """One question or answer; never changed. `by_provider`: its author spoke for the provider's side."""

    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_provider = models.BooleanField()
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Remark on {self.request}"

    @property
    def who(self) -> str:
        """Its author as everybody may read it."""
        return self.author.public_name if self.by_provider else self.author.display_name
