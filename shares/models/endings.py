"""Who ended a share, why, and what that took: an undo gives back exactly this."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shares.models.shares import Grant, Share


class Ending(models.Model):
    """One decision to end a share. The customer's takes effect at once; the provider's at `effective_at`, to which the
    windows are shortened meanwhile. Whether it still stands is computed (shares.services.endings)."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="endings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_provider = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"end of {self.share} on {self.effective_at:%d %b %Y}"

    @property
    def by_name(self) -> str:
        """Who decided it, as customers may read it."""
        return self.by.public_name if self.by_provider else self.by.display_name


class EndedGrant(models.Model):
    """One grant that an ending took, with the window that it had before."""

    ending = models.ForeignKey(Ending, on_delete=models.CASCADE, related_name="taken")
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="ended_by")
    until_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ending", "grant"), name="ended_once_per_ending"),)

    def __str__(self) -> str:
        return f"{self.grant}, by the {self.ending}"
