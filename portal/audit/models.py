"""The append-only audit log: entries chained by HMAC, and the sealed head that shows when the newest were
cut off.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class Anchor(NamedTuple):
    """What the chain looked like at a moment: the number of entries (1 or more) and the newest one's MAC (64 hex
    digits).
    """

    entries: int
    mac: str

    def __str__(self) -> str:
        return f"FIRN-AUDIT-ANCHOR entries={self.entries} mac={self.mac}"


class AnchorPost(models.Model):
    """The anchor of a day on its way to FIRN_AUDIT_ANCHOR_URL. Waiting: next_attempt_at is set. Taken: sent_at is set.
    Given up: neither is.
    """

    day = models.DateField(unique=True)
    entries = models.PositiveBigIntegerField()
    mac = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "anchor by webhook"
        verbose_name_plural = "anchors by webhook"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"anchor of {self.day}"

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.entries, self.mac)

    @property
    def key(self) -> str:
        """What the receiver knows it by, over all attempts."""
        return f"audit-anchor-{self.day}"

    @property
    def state(self) -> str:
        if self.sent_at is not None:
            return "taken"
        return "given up" if self.next_attempt_at is None else "waiting"


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete an audit entry."""


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be changed.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be deleted.")

    def bulk_update(self, *args: Any, **fields: Any) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be changed.")

    def bulk_create(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError("Audit entries are written by portal.audit.record only.")


class AuditEntry(models.Model):
    """Who did what to what, when. The labels are text, so that an entry still reads well when its subject is
    gone.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    # No database constraint: an entry outlives the rows that it names, and deleting those must not touch it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_label = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80, blank=True)
    target_id = models.CharField(max_length=80, blank=True)
    target_label = models.CharField(max_length=255, blank=True)
    organization = models.ForeignKey(
        "people.Organization", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=36, blank=True)
    address = models.GenericIPAddressField(null=True)
    # What is shown, once portal.audit.pseudonyms.attach has looked people up; until then what is written.
    actor_shown: str
    target_shown: str
    data_shown: dict[str, Any]
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, unique=True)

    objects: ClassVar[models.Manager[AuditEntry]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_by_target"),
            models.Index(fields=["organization", "-id"], name="audit_by_organization"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            # What limits count.
            models.Index(fields=["action", "at"], name="audit_by_action_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target_label}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("Audit entries cannot be changed.")
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be deleted.")

    @property
    def told_data(self) -> list[tuple[str, str]]:
        """What was written along, as words; what is empty is left out."""
        return [
            (name, _told(value))
            for name, value in getattr(self, "data_shown", self.data).items()
            if value not in (None, "", [], {})
        ]


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_told(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_told(item)}" for name, item in value.items())
    return str(value)


class AuditHead(models.Model):
    """The single row that every writer locks: the newest entry's MAC and the number of entries, sealed by an
    HMAC.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    entries = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.entries} entries"
