"""Approvers who are away, and who answers in their place meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.conf import settings
from django.db import models


class DelegationSet(models.QuerySet["Delegation"]):
    def in_force(self, today: date) -> DelegationSet:
        """Those that hold on this day, in UTC; both days are included."""
        return self.filter(first_day__lte=today, last_day__gte=today, ended_at=None)


class Delegation(models.Model):
    """What `approver` is asked from one day to another, `to` answers. Whoever ended it early is back at once."""

    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    # Told and asked anew after its last day, or when it was ended.
    returned_at = models.DateTimeField(null=True, editable=False)
    objects = DelegationSet.as_manager()

    class Meta:
        ordering = ("first_day", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="delegation_days"),
            models.CheckConstraint(condition=~models.Q(to=models.F("approver")), name="delegation_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.approver} to {self.to}"

    def held_at(self, moment: datetime) -> bool:
        """Whether it was in force then, whatever became of it since."""
        day, ended = moment.astimezone(UTC).date(), self.ended_at is not None and self.ended_at <= moment
        return self.created_at <= moment and self.first_day <= day <= self.last_day and not ended
