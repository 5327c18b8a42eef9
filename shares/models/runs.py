"""What was done: each reconcile of a share, and each statement of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy

from shares.models.said import SaidField
from shares.models.shares import Share


class Run(models.Model):
    """One reconcile of one share under one fence."""

    class Trigger(models.TextChoices):
        DECISION = "decision", gettext_lazy("decision")
        CHECK = "check", gettext_lazy("scheduled check")
        STAFF = "staff", gettext_lazy("asked for by staff")
        ENDING = "ending", gettext_lazy("ending")
        RETRY = "retry", gettext_lazy("retry")

    class Outcome(models.TextChoices):
        RUNNING = "running", gettext_lazy("running")
        CONVERGED = "converged", gettext_lazy("as it should be")
        FAILED = "failed", gettext_lazy("failed, will be tried again")
        BLOCKED = "blocked", gettext_lazy("needs a person")
        FENCED = "fenced", gettext_lazy("another run took over")
        DIED = "died", gettext_lazy("the worker died")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger)
    fence = models.PositiveBigIntegerField()
    worker = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    words = SaidField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    planned = models.PositiveIntegerField(default=0, help_text="Changing statements planned so far.")
    changed = models.PositiveIntegerField(default=0, help_text="Changing statements that succeeded.")
    drift = models.BooleanField(default=False, help_text="It mended a share that had been as it should be.")

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("share", "fence"), name="run_once_per_fence"),)
        # Pages that show what runs now ask every few seconds, among all runs that there ever were.
        indexes = (models.Index(fields=("outcome",), name="run_outcome"),)

    def __str__(self) -> str:
        return f"{self.share} run {self.fence}"


class Statement(models.Model):
    """One SQL statement of a run. A changing one is written here before it is sent."""

    class Outcome(models.TextChoices):
        INTENT = "intent", "about to be sent"
        OK = "ok", "done"
        ERROR = "error", "refused"
        UNKNOWN = "unknown", "outcome unknown"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="statements")
    position = models.PositiveIntegerField()
    stage = models.CharField(max_length=10)
    purpose = SaidField()
    sql = models.TextField()
    changes = models.BooleanField(default=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.INTENT)
    query_id = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("run", "position")
        constraints = (models.UniqueConstraint(fields=("run", "position"), name="statement_once"),)

    def __str__(self) -> str:
        return self.purpose
