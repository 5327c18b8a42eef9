"""Which portal a provider account belongs to, and the doubt about it that stops all work there."""

from __future__ import annotations

from django.db import models

from shares.models.accounts import ProviderAccount
from shares.models.said import SaidField


class AccountClaim(models.Model):
    """What this portal knows of its standing in one provider account.

    `address` is the host name of the portal when it took the account: a copy of the database runs under another.
    `behind` says that something changed in Snowflake after the epoch was noted there last. `accepted` are ids (hex) of
    shares with our mark that no row here knows and that a person decided to leave alone. While `doubted_at` is set,
    nothing is changed in the account.
    """

    account = models.OneToOneField(ProviderAccount, on_delete=models.CASCADE, related_name="claim")
    address = models.CharField(max_length=255)
    noted_at = models.DateTimeField(null=True, blank=True)
    behind = models.BooleanField(default=False)
    accepted = models.JSONField(default=list)
    doubted_at = models.DateTimeField(null=True, blank=True)
    doubt = models.CharField(max_length=20, blank=True)
    doubt_words = SaidField(blank=True)

    def __str__(self) -> str:
        return f"{self.account} by {self.address}"
