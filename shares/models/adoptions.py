"""What a person confirmed when Firn took over a share that had been there before it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models

from shares.core.spec import Granted
from shares.models.shares import Share


@dataclass(frozen=True)
class KeptGrant:
    """One grant that the share had. `dataset` is the slug of what stands in for it, "" for a container; `stays`: it
    shows no other rows than ours, so that it may stay for the overlap."""

    granted: Granted
    dataset: str
    stays: bool


class Adoption(models.Model):
    """`found` is the print of the share as it was seen (shares.core.prints.of_found), `plan_digest` that of the
    statements that were shown. `kept` is a list of [privilege, kind, path, dataset, stays]."""

    share = models.OneToOneField(Share, on_delete=models.PROTECT, related_name="adoption")
    found = models.CharField(max_length=64)
    kept = models.JSONField(default=list)
    plan_sql = models.JSONField(default=list)
    plan_digest = models.CharField(max_length=64)
    overlap_until = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.share}, taken over"

    @property
    def items(self) -> list[KeptGrant]:
        return [
            KeptGrant(Granted(privilege, kind, tuple(path)), dataset, stays)
            for privilege, kind, path, dataset, stays in self.kept
        ]
