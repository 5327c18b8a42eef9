"""The quarterly question whether somebody still needs what they have."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shares.models.shares import Share


class AccessReview(models.Model):
    """One share in one quarter ("2026-Q4"): asked of its organization's owners, and kept by one of them or not."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="reviews")
    quarter = models.CharField(max_length=7)
    asked_at = models.DateTimeField(auto_now_add=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-quarter", "share")
        constraints = (models.UniqueConstraint(fields=("share", "quarter"), name="review_once_a_quarter"),)

    def __str__(self) -> str:
        return f"{self.share} in {self.quarter}"
