"""What Firn found and may not mend itself, from first sight to all-clear."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shares.models.said import SaidField
from shares.models.shares import Share


class Incident(models.Model):
    """`code` and `subject` say what it is about: the same trouble seen again is the same incident while it is open."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="incidents")
    code = models.CharField(max_length=40)
    subject = models.CharField(max_length=500, blank=True)
    words = SaidField()
    what_to_do = SaidField()
    for_customer = models.BooleanField(default=False, help_text="The customer can mend it, and nobody else.")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("share", "code", "subject"), condition=Q(closed_at__isnull=True), name="incident_once_open"
            ),
        )

    def __str__(self) -> str:
        return self.words
