"""Who decides about a dataset. Staff edit a draft; requests go by the immutable version that they started with."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shares.core.policies import Effect, When
from shares.models.catalog import Dataset
from shares.models.requests import ShareRequest


class ApproverGroup(models.Model):
    """People who decide together."""

    name = models.CharField(max_length=80, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="approver_groups", blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """The draft; saving it in the administration makes the next version when something differs."""

    name = models.CharField(max_length=80, unique=True)
    datasets = models.ManyToManyField(
        Dataset, related_name="policies", blank=True, help_text="One dataset has one policy at most."
    )
    code_suffices = models.BooleanField(
        default=True, help_text="The code from the mail suffices to decide. Off: approvers have to sign in."
    )
    backups = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        blank=True,
        help_text="Asked where nobody of a stage can answer. Without one, the superusers are.",
    )

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name


class PolicyStage(models.Model):
    """Stages are asked one after the other, in the order of `position`."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80, help_text="Data owner, Privacy, Legal …")
    when = models.CharField(
        max_length=12,
        choices=[
            (When.ALWAYS.value, "every request"),
            (When.PII.value, "requests for personal data"),
            (When.NEW_CUSTOMER.value, "customers who never had a share"),
        ],
        default=When.ALWAYS.value,
    )
    dataset_approvers = models.BooleanField(default=False, help_text="Those named on the dataset.")
    privacy_approvers = models.BooleanField(default=False, help_text="Those named on the dataset for privacy.")
    account_manager = models.BooleanField(default=False, help_text="The customer's account manager.")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    groups = models.ManyToManyField(ApproverGroup, related_name="+", blank=True)
    needs = models.PositiveSmallIntegerField(
        default=1, help_text="How many must approve: 1 any of them, 0 all of them."
    )

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class PolicyRule(models.Model):
    """Decides by itself: approves what keeps all of its requirements, or refuses what breaks one."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    effect = models.CharField(
        max_length=8,
        choices=[
            (Effect.APPROVE.value, "approves what keeps all of these"),
            (Effect.REFUSE.value, "refuses what breaks one of these"),
        ],
    )
    without_pii = models.BooleanField("no personal data", default=False)
    proved = models.BooleanField("account proved", default=False)
    good_standing = models.BooleanField("good standing", default=False)
    same_region = models.BooleanField("same region", default=False)
    max_days = models.PositiveIntegerField("window of at most … days", null=True, blank=True)
    reason = models.CharField(max_length=240, blank=True, help_text="Of a refusal: the customer reads it.")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """A policy as it was at one time (shares.core.policies.Policy as JSON). Never changed."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("policy", "-number")
        constraints = (models.UniqueConstraint(fields=("policy", "number"), name="policy_version_once"),)

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class PinnedPolicy(models.Model):
    """The version that a request goes by for one of its datasets, from its start to its decision."""

    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="pinned_policies")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("request", "dataset"), name="policy_pinned_once"),)

    def __str__(self) -> str:
        return f"{self.request}: {self.version}"
