"""An account that was connected to one customer and is to be connected to another."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.people.models import Organization
from shares.models.accounts import ConsumerAccount


class Rebinding(models.Model):
    """Open until `done_at` or `called_off_at`. Nothing ends before `effective_at`; `ended_at`: everything of the old
    customer in this account was ended then, and is being taken down."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(ConsumerAccount, on_delete=models.PROTECT, related_name="rebindings")
    old_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    new_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    effective_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(done_at__isnull=True, called_off_at__isnull=True),
                name="rebinding_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} from {self.old_organization} to {self.new_organization}"
