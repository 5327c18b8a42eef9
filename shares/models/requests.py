"""What was asked and what was answered. Rows are added; a decision, once made, never changes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.people.models import Organization
from shares.core.states import RequestState
from shares.models.accounts import ConsumerAccount, ProviderAccount, Workspace
from shares.models.catalog import Dataset


class ShareRequest(models.Model):
    """Who asks for which datasets, for which workspaces, account and window.

    `plan_sql` is what approvers saw, statement by statement; `plan_digest` is its SHA-256 in hex.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="share_requests")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="share_requests")
    consumer_account = models.ForeignKey(ConsumerAccount, on_delete=models.PROTECT, related_name="share_requests")
    provider_account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="share_requests")
    datasets = models.ManyToManyField(Dataset, related_name="share_requests")
    workspaces = models.ManyToManyField(Workspace, related_name="share_requests")
    reason = models.TextField()
    valid_until = models.DateField(null=True, blank=True, help_text="The last day; empty means until ended.")
    revision = models.PositiveIntegerField(default=1)
    plan_sql = models.JSONField(default=list)
    plan_digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in RequestState],
        default=RequestState.SUBMITTED.value,
    )
    submitted_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-submitted_at",)

    def __str__(self) -> str:
        return f"Request {self.short_id}"

    @property
    def short_id(self) -> str:
        return self.public_id.hex[:8]

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.SUBMITTED

    @property
    def short_digest(self) -> str:
        """The digest as people compare it: 7f3a·c21e."""
        return f"{self.plan_digest[:4]}·{self.plan_digest[4:8]}"


class Ask(models.Model):
    """One approver asked to decide one revision; its id makes the link in the mail.

    The code in the mail is derived, not stored; `failures` bounds the guesses at it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="asks")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks")
    revision = models.PositiveIntegerField()
    failures = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("request", "approver", "revision"), name="ask_once"),)

    def __str__(self) -> str:
        return f"{self.approver} on {self.request}"


class Vote(models.Model):
    """One approver's answer on one revision, with the digest of the plan that was on the page."""

    class Answer(models.TextChoices):
        APPROVE = "approve", "approve"
        DECLINE = "decline", "decline"

    class Channel(models.TextChoices):
        SESSION = "session", "signed in"
        CODE = "code", "code from the mail"
        ADMIN = "admin", "Django admin"

    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="votes")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes")
    revision = models.PositiveIntegerField()
    answer = models.CharField(max_length=8, choices=Answer)
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    plan_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("request", "approver", "revision"), name="vote_once"),)

    def __str__(self) -> str:
        return f"{self.approver}: {self.answer}"
