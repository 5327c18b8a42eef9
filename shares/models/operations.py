"""What the provider's staff work with: filters that they keep, looks that they ask for, and work on many shares."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from shares.models.said import SaidField
from shares.models.shares import Share


class SavedFilter(models.Model):
    """One person's name for what they looked for in one list. `query` is the address's part after the question mark."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    listing = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("user", "listing", "name"), name="saved_filter_once"),)

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """A dry run that somebody asked for: what a share should be, what is there, and the plan between, at one moment.

    `parts` is a list of {"kind", "name", "wanted", "found", "differs"} (shares.core.compare), `steps` one of {"stage",
    "purpose", "sql"}, `problems` one of {"words", "what_to_do"}. Nothing is changed in Snowflake by it.
    """

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="looks")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=10, blank=True)
    parts = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    error = SaidField(blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("rung_at",), condition=Q(finished_at__isnull=True), name="look_unanswered"),)

    def __str__(self) -> str:
        return f"{self.share} looked at for {self.asked_by}"


class Bulk(models.Model):
    """One operation on many shares, which the worker carries out one by one. `notice_days` is for an ending."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulks")
    reason = models.TextField(blank=True)
    notice_days = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.verb} by {self.by}"


class BulkRow(models.Model):
    """One share of it, and what became of that."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waiting")
        DONE = "done", gettext_lazy("done")
        REFUSED = "refused", gettext_lazy("refused")
        FAILED = "failed", gettext_lazy("failed")

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="rows")
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="bulk_rows")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    words = SaidField(blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("bulk", "share"), name="bulk_row_once"),)
        indexes = (models.Index(fields=("bulk",), condition=Q(outcome="waiting"), name="bulk_row_waiting"),)

    def __str__(self) -> str:
        return f"{self.share}: {self.outcome}"
