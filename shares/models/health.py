"""What was seen: proofs of isolation, and readings of size and freshness."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shares.models.accounts import Workspace
from shares.models.catalog import DatasetObject
from shares.models.runs import Run
from shares.models.said import SaidField
from shares.models.shares import Share


class Proof(models.Model):
    """One leak test of one share, read as the consumer.

    `readings` is a list of {"name": str, "rows": int, "foreign": int, "newest": ISO time or null}, and since later
    "nobodys", "columns", "filter", "tenants", "print" and "query_id". `examination` is what the newest look at the
    share showed of its objects and grants (shares.core.evidence), at `examined_at`. `seen_as` is what the consumer was
    simulated by: the account's locator, or its name where nobody knew that; "" of before.
    """

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="proofs")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="proofs")
    isolated = models.BooleanField()
    rows = models.PositiveBigIntegerField()
    foreign_rows = models.PositiveBigIntegerField()
    words = SaidField()
    seen_as = models.CharField(max_length=63, blank=True, editable=False)
    readings = models.JSONField(default=list)
    examination = models.JSONField(null=True, blank=True)
    examined_at = models.DateTimeField(null=True, blank=True)
    proved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.words


class Reading(models.Model):
    """How many rows one workspace has in one dataset object, and how fresh they are, before any share exists.

    `workspace` is empty for reference data. `asked_at` is set when somebody wants to know; a job answers, which
    began at `begun_at` while it counts.
    """

    object = models.ForeignKey(DatasetObject, on_delete=models.CASCADE, related_name="readings")
    workspace = models.ForeignKey(Workspace, null=True, blank=True, on_delete=models.CASCADE, related_name="readings")
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    newest = models.DateTimeField(null=True, blank=True)
    oldest = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    measured_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    # A few of these rows as text (shares.services.samples), proved to be theirs; forgotten again after some days.
    sample = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("object", "workspace"), condition=Q(workspace__isnull=False), name="reading_once"
            ),
            models.UniqueConstraint(
                fields=("object",), condition=Q(workspace__isnull=True), name="reference_reading_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.object}: {self.rows}"


class ReadDay(models.Model):
    """The last count of a day, of what a reading counts: for the chart of a dataset that is in no share yet."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    rows = models.PositiveBigIntegerField()
    newest = models.DateTimeField(null=True, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("reading", "day"), name="read_day_once"),)

    def __str__(self) -> str:
        return f"{self.reading_id} on {self.day}: {self.rows}"


class Beat(models.Model):
    """The heartbeat of one `manage.py worker`: when it last asked for one, and who answered when.

    With several workers on one queue another may answer; `answered_by` is that worker's name.
    """

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.worker
