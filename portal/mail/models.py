"""The outbox: one row per mail, unique by event and recipient."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Outgoing(models.Model):
    """A mail as it was rendered. Waiting: next_attempt_at is set. Sent: sent_at is set. Given up: neither
    is.
    """

    key = models.CharField(max_length=200, unique=True, help_text="The event and the recipient: the mail exists once.")
    kind = models.CharField(max_length=60)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    secret = models.BooleanField(default=False, help_text="Holds a code: the body is blanked once it is sent.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at__isnull=True),
                name="mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def state(self) -> str:
        if self.sent_at is not None:
            return "sent"
        return "given up" if self.next_attempt_at is None else "waiting"


class Incoming(models.Model):
    """A mail that arrived, so that it counts once; what it said is not kept."""

    message_id = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its Message-ID.")
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        verbose_name = "mail that arrived"
        verbose_name_plural = "mails that arrived"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.outcome or 'new'}: {self.sender or 'nobody'}"


class Collected(models.Model):
    """A line of somebody's daily mail, instead of a mail of its own. Kept for a while after it was told, so that it is
    told once."""

    key = models.CharField(max_length=200, unique=True, help_text="What the mail's own would be.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collected")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=250)
    url = models.CharField(max_length=500)
    about = models.CharField(max_length=40, blank=True, help_text="Which request, as its mails' thread names it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "line of a daily mail"
        verbose_name_plural = "lines of daily mails"
        indexes = (models.Index(fields=["user"], condition=models.Q(told_at__isnull=True), name="mail_to_tell"),)

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"


class MarkedAddress(models.Model):
    """An address that mail came back from. The row goes when somebody confirms that it works again."""

    address = models.EmailField(unique=True)
    why = models.CharField(max_length=300)
    marked_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "address without mail"
        verbose_name_plural = "addresses without mail"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.address
