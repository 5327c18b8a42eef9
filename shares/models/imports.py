"""What staff had drafted from the lake: one import into one draft, object by object."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from shares.models.accounts import ProviderAccount
from shares.models.catalog import Dataset, DatasetObject


class LakeImport(models.Model):
    """The worker fills `dataset`, a draft, from tables, views and functions of a provider account; it publishes none.

    `tenant_column` is set on every object that has it; "" leaves all to a person, who is told what it may be.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="imports")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="imports")
    tenant_column = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    asked_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"import of {self.dataset} from {self.account}"


class LakeImportRow(models.Model):
    """One object of it, and what became of that: `item` where it was drafted, `what_to_do` where it was not.

    `words` and `what_to_do` are codes (shares.services.import_words), so that each reads them in their own language;
    what Snowflake said stands there as it was said.

    `name` carries the types of a function's arguments, as Snowflake addresses it. `guess` is a column that may be the
    one that separates tenants; nobody has said so.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waiting")
        DONE = "done", gettext_lazy("done")
        FAILED = "failed", gettext_lazy("failed")

    lake_import = models.ForeignKey(LakeImport, on_delete=models.CASCADE, related_name="rows")
    database = models.CharField(max_length=255)
    schema = models.CharField(max_length=255)
    name = models.CharField(max_length=1000)
    kind = models.CharField(max_length=10)
    comment = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    words = models.TextField(blank=True)
    what_to_do = models.TextField(blank=True)
    guess = models.CharField(max_length=255, blank=True)
    item = models.ForeignKey(DatasetObject, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("lake_import",), condition=Q(outcome="waiting"), name="import_row_waiting"),)

    def __str__(self) -> str:
        return f"{self.database}.{self.schema}.{self.name}: {self.outcome}"
