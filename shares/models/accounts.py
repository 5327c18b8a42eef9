"""Both sides of a share: the provider's accounts, the customers' accounts and their slices of the data."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy

from portal.people.models import Organization
from shares.core import regions
from shares.core.accounts import AccountIdentity
from shares.models.said import SaidField

identifier = RegexValidator(
    r"\A[A-Z_][A-Z0-9_$]*\Z", "Upper-case letters, digits and underscores, as Snowflake prints it."
)


def known_region(value: str) -> None:
    """Refuse a region that is not in the table."""
    if regions.find(value) is None:
        raise ValidationError(f"{value} is not in the region table. It looks like AWS_US_EAST_1.")


class Edition(models.TextChoices):
    STANDARD = "STANDARD", "Standard"
    ENTERPRISE = "ENTERPRISE", "Enterprise"
    BUSINESS_CRITICAL = "BUSINESS_CRITICAL", "Business Critical"


class ProviderAccount(models.Model):
    """One Snowflake account of the provider in one region; Firn signs in by `connection_name`."""

    name = models.CharField(max_length=80, unique=True, help_text="How your staff call it, for example “US East”.")
    snowflake_organization = models.CharField(max_length=63, validators=[identifier])
    account_name = models.CharField(max_length=63, validators=[identifier])
    locator = models.CharField(max_length=32, blank=True, validators=[identifier])
    region = models.CharField(max_length=60, validators=[known_region])
    edition = models.CharField(max_length=20, choices=Edition, default=Edition.ENTERPRISE)
    connection_name = models.SlugField(max_length=60, help_text="A section of connections.toml.")
    outbound_database = models.CharField(max_length=200, default="FIRN_OUT", validators=[identifier])
    is_active = models.BooleanField(default=True, help_text="Off: no new shares from here; existing ones go on.")
    # The breaker: after a failed sign-in nothing more is tried before this time, so that Firn never locks its user out.
    breaker_until = models.DateTimeField(null=True, blank=True, editable=False)
    breaker_reason = models.TextField(blank=True, editable=False)
    # All its shares are checked at once.
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    history_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_words = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("snowflake_organization", "account_name"), name="provider_account_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.identifier})"

    @property
    def identifier(self) -> str:
        """ORG.ACCOUNT, what a consumer writes after FROM SHARE."""
        return f"{self.snowflake_organization}.{self.account_name}"

    @property
    def region_label(self) -> str:
        return regions.label(self.region)


class Workspace(models.Model):
    """One slice of the provider's data that belongs to an organization; `tenant_key` filters its rows."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="workspaces")
    name = models.CharField(max_length=120)
    tenant_key = models.CharField(max_length=200, unique=True, help_text="The value in the tenant column, exactly.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("organization__name", "name")

    def __str__(self) -> str:
        return f"{self.name} ({self.tenant_key})"


class ProofKind(models.TextChoices):
    NONE = "", gettext_lazy("not proved")
    VOUCHED = "vouched", gettext_lazy("vouched for")
    HANDSHAKE = "handshake", gettext_lazy("proved by a one-time code")
    REVERSE = "reverse", gettext_lazy("proved by a share of their own")


class ConsumerAccount(models.Model):
    """A customer's Snowflake account. Nothing is added to a share before `is_proved`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consumer_accounts")
    snowflake_organization = models.CharField(max_length=63, blank=True, validators=[identifier])
    account_name = models.CharField(max_length=63, blank=True, validators=[identifier])
    locator = models.CharField(max_length=32, blank=True, validators=[identifier])
    region = models.CharField(max_length=60, validators=[known_region])
    edition = models.CharField(max_length=20, choices=Edition, blank=True)
    proof = models.CharField(max_length=20, choices=ProofKind, blank=True, default=ProofKind.NONE, editable=False)
    proved_at = models.DateTimeField(null=True, blank=True, editable=False)
    proved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    proof_note = SaidField(blank=True, editable=False)
    # It is being connected to another customer, from then on (shares.services.rebinding).
    leaving_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("snowflake_organization", "account_name", "locator")
        constraints = (
            # A binding is unique over all customers: nobody else may claim the same account.
            models.UniqueConstraint(
                fields=("snowflake_organization", "account_name"),
                condition=~models.Q(snowflake_organization=""),
                name="consumer_account_once",
            ),
            models.UniqueConstraint(
                fields=("locator", "region"), condition=~models.Q(locator=""), name="consumer_locator_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(snowflake_organization="") | ~models.Q(locator=""), name="consumer_account_named"
            ),
        )

    def __str__(self) -> str:
        return str(self.identity)

    @property
    def identity(self) -> AccountIdentity:
        return AccountIdentity(self.snowflake_organization, self.account_name, self.locator, self.region)

    @property
    def region_label(self) -> str:
        return regions.label(self.region)

    @property
    def prover(self) -> str:
        """Who proved it, as customers may read it; "" where nobody did."""
        if self.proved_by is None:
            return ""
        vouched = self.proof == ProofKind.VOUCHED
        return self.proved_by.public_name if vouched else self.proved_by.display_name

    @property
    def is_proved(self) -> bool:
        """Whether somebody proved, or answers by name, that this account is the customer's."""
        return self.proof != ProofKind.NONE
