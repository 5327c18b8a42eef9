"""Datasets as they were published, and who has adapted to what."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models

from shares.core.published import Edition, Item, from_json
from shares.models.catalog import Dataset
from shares.models.shares import Share


class DatasetVersion(models.Model):
    """The objects and columns of a dataset as published. The content is never changed; the draft is the dataset's own.

    `notice_until` is set when the version breaks something that the one before it had: until then a share stays where
    it is, unless its organization acknowledges. `hurried` says why the notice was cut short.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=list, editable=False)
    note = models.TextField(blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    notice_until = models.DateTimeField(null=True, blank=True)
    hurried = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("dataset", "-number")
        constraints = (models.UniqueConstraint(fields=("dataset", "number"), name="version_once"),)

    def __str__(self) -> str:
        return f"{self.dataset}, version {self.number}"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return from_json(self.content)

    @property
    def edition(self) -> Edition:
        return Edition(self.number, self.published_at, self.notice_until)


class Acknowledgement(models.Model):
    """An owner says that the organization has adapted: the share moves to the version now, before the notice ends."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="acknowledgements")
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="acknowledgements")
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "share"), name="acknowledged_once"),)

    def __str__(self) -> str:
        return f"{self.share}: {self.version}"


class SourcePrint(models.Model):
    """What the columns of an object's source looked like in one provider account (shares.core.prints), when all shares
    that hold it were last proved or rung for. Empty: the source was not there."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="source_prints")
    shared_name = models.CharField(max_length=120)
    provider_account = models.ForeignKey(
        "shares.ProviderAccount", on_delete=models.CASCADE, related_name="source_prints"
    )
    columns_print = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "shared_name", "provider_account"), name="source_print_once"),
        )

    def __str__(self) -> str:
        return f"{self.shared_name}: {self.columns_print[:8]}"
