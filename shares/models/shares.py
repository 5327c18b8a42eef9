"""The physical share and what was decided about it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.people.models import Organization
from shares.core.names import derived_name
from shares.models.accounts import ConsumerAccount, ProviderAccount, Workspace
from shares.models.catalog import Dataset
from shares.models.requests import ShareRequest
from shares.models.said import SaidField


class Purpose(models.TextChoices):
    DATA = "data", "data"
    HANDSHAKE = "handshake", "proof of an account"


class DataShares(models.Manager["Share"]):
    """The shares that carry data; the others only carry a code that proves an account."""

    def get_queryset(self) -> models.QuerySet[Share]:
        return super().get_queryset().filter(purpose=Purpose.DATA)


class Share(models.Model):
    """One physical share, one per organization, consumer account and purpose. It is altered, never recreated.

    The lease (`lease_owner`, `lease_until`, `fence`) says which run may act; `fence` only grows. `attempts` counts
    runs that began and did not end: it is written before the work, so that a killed worker counts too.
    """

    PREFIX = "S_"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="shares")
    consumer_account = models.ForeignKey(ConsumerAccount, on_delete=models.PROTECT, related_name="shares")
    provider_account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.DATA, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Of a share that was there before Firn (shares.models.adoptions): the name and the database that it keeps.
    adopted_name = models.CharField(max_length=255, blank=True, editable=False)
    adopted_database = models.CharField(max_length=255, blank=True, editable=False)

    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Who closed it and why; nobody where the leak test did.
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    suspend_reason = models.TextField(blank=True, editable=False)
    closes_at = models.DateTimeField(null=True, blank=True, editable=False)
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    lease_owner = models.CharField(max_length=80, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveBigIntegerField(default=0, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    # Rung for since, and what for; and when its last run began (shares.services.turns goes by it).
    rung_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    rung_for = models.CharField(max_length=10, blank=True, editable=False)
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)

    # What it was brought to last: a share that needs work although nobody decided anything has drifted.
    spec_digest = models.CharField(max_length=64, blank=True, editable=False)
    # What the listings and SHOW GRANTS TO SHARE showed of it then (shares.core.prints), and when grants were read last.
    listed_print = models.CharField(max_length=64, blank=True, editable=False)
    grants_print = models.CharField(max_length=64, blank=True, editable=False)
    grants_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Something in the lake changed: an older proof does not count any more.
    proof_wanted_at = models.DateTimeField(null=True, blank=True, editable=False)
    converged_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    ready_at = models.DateTimeField(null=True, blank=True, editable=False)
    mounted_at = models.DateTimeField(null=True, blank=True, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False)
    blocked_reason = SaidField(blank=True, editable=False)
    blocked_what_to_do = SaidField(blank=True, editable=False)

    objects = models.Manager["Share"]()
    data = DataShares()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "consumer_account", "purpose"), name="share_once_per_account"
            ),
        )
        # Lists show the newest first, of everybody or of one customer.
        indexes = (
            models.Index(fields=("-created_at",), name="share_newest"),
            models.Index(fields=("organization", "-created_at"), name="share_newest_of_customer"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The share's name in Snowflake, from its id and nothing else, unless it had one before Firn."""
        return self.adopted_name or self.schema

    @property
    def schema(self) -> str:
        """The schema that holds what is in it, always of Firn's own making."""
        return derived_name(self.PREFIX, self.public_id.hex)

    @property
    def database(self) -> str:
        """Where that schema stands. A share is bound to one database for life."""
        return self.adopted_database or self.provider_account.outbound_database

    @property
    def mark(self) -> str:
        """The COMMENT on everything that belongs to this share."""
        return f"firn:{settings.FIRN_INSTANCE}:{self.public_id.hex}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def not_over(self, now: datetime | Now) -> GrantQuerySet:
        """Grants in force at `now`, and those whose window opens later."""
        still_open = Q(valid_until__isnull=True) | Q(valid_until__gt=now) & Q(valid_until__gt=F("valid_from"))
        return self.filter(still_open, revoked_at__isnull=True)

    def in_force(self, now: datetime) -> GrantQuerySet:
        """Grants whose window is open at `now`: by the window, never by a status."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=now), valid_from__lte=now, revoked_at__isnull=True
        )


class Grant(models.Model):
    """What was decided: one dataset, on one share, for these workspaces, in this window."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="grants")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="grants")
    request = models.ForeignKey(ShareRequest, on_delete=models.PROTECT, related_name="grants")
    workspaces = models.ManyToManyField(Workspace, related_name="grants")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.TextField(blank=True)
    # Of a grant that moved here from another share: which it was there, and since when the customer holds it.
    moved_from = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="moved_to"
    )
    held_since = models.DateTimeField(null=True, blank=True, editable=False)
    # The last notice of its end: how many days before, and of which end.
    told_mark = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    told_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("share", "dataset__name")
        # Of those that stand: one that loses a workspace is closed, and what is left of it is written anew.
        constraints = (
            models.UniqueConstraint(
                fields=("request", "dataset"),
                condition=Q(revoked_at=None, moved_from=None),
                name="grant_once_per_request",
            ),
            models.UniqueConstraint(
                fields=("request", "moved_from"), condition=Q(revoked_at=None), name="grant_moved_once"
            ),
        )
        indexes = (
            # The sweeper asks every few seconds which windows close soon.
            models.Index(
                fields=("valid_until",),
                condition=Q(revoked_at__isnull=True, valid_until__isnull=False),
                name="grant_closing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset} in {self.share}"

    def is_in_force(self, now: datetime) -> bool:
        """What GrantQuerySet.in_force asks the database, of a row that is here already."""
        return is_in_force(self.valid_from, self.valid_until, self.revoked_at, now)


def is_in_force(valid_from: datetime, valid_until: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a grant's window is open at `now`."""
    still_open = valid_until is None or valid_until > now
    return revoked_at is None and valid_from <= now and still_open
