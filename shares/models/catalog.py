"""The catalog: what the provider offers, object by object."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from shares.models.accounts import ProviderAccount, identifier


class Dataset(models.Model):
    """A named product in the catalog, published in one or more provider accounts under the same names."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    topic = models.CharField(max_length=60, blank=True, help_text="Groups datasets in the catalog.")
    summary = models.CharField(max_length=240, help_text="One sentence for the list.")
    description = models.TextField(blank=True, help_text="Markdown.")
    first_query = models.TextField(
        blank=True,
        help_text="First queries, each ended by a semicolon; a line “-- …” before one is its title. {{schema}} becomes "
        "the consumer's path.",
    )
    provider_accounts = models.ManyToManyField(ProviderAccount, related_name="datasets", blank=True)
    approvers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="approves", blank=True, help_text="Who gets the mail and decides."
    )
    privacy_approvers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="guards_privacy_of",
        blank=True,
        help_text="Who decides besides, where columns about persons are shared unmasked.",
    )
    is_published = models.BooleanField(default=False, help_text="Customers find it in the catalog.")
    notice_days = models.PositiveSmallIntegerField(
        default=14, help_text="How long customers keep what they have when a new version would break it."
    )
    # The newest version that was published and not withdrawn: what a new share gets.
    version = models.ForeignKey(
        "shares.DatasetVersion", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ObjectKind(models.TextChoices):
    VIEW = "view", "rows (secure view over a table or view)"
    FUNCTION = "function", "secure function"


class DatasetObject(models.Model):
    """A table, view or function of a dataset: where it lives in the lake and how it is shared.

    This is the draft. Shares are built from what was published of it (shares.models.versions).

    A view needs source, columns, and a tenant column unless it is reference data. A function needs
    arguments, returns and a body, in which {{NAME}} stands for the shared object called NAME.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="dataset_objects")
    kind = models.CharField(max_length=10, choices=ObjectKind, default=ObjectKind.VIEW)
    shared_name = models.CharField(max_length=120, unique=True, validators=[identifier])
    description = models.CharField(max_length=240, blank=True)
    is_exposed = models.BooleanField(default=True, help_text="Off: only functions of this dataset read it.")
    source_database = models.CharField(max_length=200, blank=True)
    source_schema = models.CharField(max_length=200, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    is_reference = models.BooleanField(default=False, help_text="The same rows for every customer.")
    tenant_column = models.CharField(max_length=200, blank=True)
    freshness_column = models.CharField(max_length=200, blank=True, help_text="The newest value shows how fresh it is.")
    arguments = models.CharField(max_length=500, blank=True, help_text="ORIGIN VARCHAR, MONTH NUMBER")
    returns = models.CharField(max_length=1000, blank=True, help_text="A type, or TABLE (NAME TYPE, …).")
    body = models.TextField(blank=True)

    class Meta:
        ordering = ("dataset__name", "kind", "shared_name")

    def __str__(self) -> str:
        return f"{self.dataset.name}: {self.shared_name}"

    @property
    def source(self) -> tuple[str, str, str]:
        return (self.source_database, self.source_schema, self.source_name)

    @property
    def is_function(self) -> bool:
        return self.kind == ObjectKind.FUNCTION

    def clean(self) -> None:
        """Refuse an object that could never be shared safely; each message names its field."""
        errors: dict[str, Any] = {}
        if self.is_function:
            for field in ("returns", "body"):
                if not getattr(self, field):
                    errors[field] = "A function needs this."
        else:
            for field in ("source_database", "source_schema", "source_name"):
                if not getattr(self, field):
                    errors[field] = "Rows come from a table or view in the lake: name it."
            if bool(self.tenant_column) == self.is_reference:
                errors["tenant_column"] = "Name the column that separates tenants, or tick “reference” for shared rows."
        if errors:
            raise ValidationError(errors)


class Treatment(models.TextChoices):
    """What becomes of a column."""

    SHARE = "share", "share"
    MASK = "mask", "mask (the column is there and holds NULL)"
    LEAVE_OUT = "leave-out", "leave out"


class DatasetColumn(models.Model):
    """One published column. What is not listed here, or left out, never leaves the lake.

    `is_personal` is the catalog's own marking, or came from Snowflake's classification (`tags`, as “PRIVACY_CATEGORY:
    IDENTIFIER”: docs.snowflake.com/en/user-guide/classify-intro). Shared unmasked, it wants a privacy approver.
    """

    object = models.ForeignKey(DatasetObject, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    data_type = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=240, blank=True)
    is_personal = models.BooleanField("about persons", default=False)
    treatment = models.CharField(max_length=10, choices=Treatment, default=Treatment.SHARE)
    tags = models.CharField(max_length=240, blank=True, editable=False)

    class Meta:
        ordering = ("object", "position")
        constraints = (models.UniqueConstraint(fields=("object", "name"), name="column_once"),)

    def __str__(self) -> str:
        return self.name
