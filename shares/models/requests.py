"""What was asked and what was answered. Rows are added; a decision, once made, never changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import Organization
from shares.core.states import RequestKind, RequestState
from shares.models.accounts import ConsumerAccount, ProviderAccount, Workspace
from shares.models.catalog import Dataset

# After so many reminders others are asked, too.
ESCALATED = 2


def listed(names: list[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _("%(others)s and %(last)s") % {"others": ", ".join(names[:-1]), "last": names[-1]}


def _sides(lines: Iterable[RequestLine]) -> tuple[list[str], list[str]]:
    """The names of the datasets that come, and of those that leave."""
    known = list(lines)
    coming, leaving = ({line.dataset.name for line in known if line.adds is adds} for adds in (True, False))
    return sorted(coming), sorted(leaving)


class ShareRequest(models.Model):
    """Who asks for which datasets, for which workspaces, account and window.

    Datasets and workspaces are those that somebody must approve. All but a new one say in `lines` exactly which
    dataset is meant for which workspace; a change that only takes away has nothing else, and needs no approval.
    `plan_sql` is what approvers saw, statement by statement; `plan_digest` is its SHA-256 in hex.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in RequestKind], default=RequestKind.NEW.value
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="share_requests")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="share_requests")
    # Who changed it last: what is asked now is theirs, so they decide it no more than the requester does.
    amended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
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
    decided_rule = models.CharField(max_length=80, blank=True, help_text="The rule that decided it, where nobody did.")
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-submitted_at",)
        indexes = (
            models.Index(fields=("-submitted_at",), name="request_newest"),
            models.Index(fields=("organization", "-submitted_at"), name="request_newest_of_customer"),
            # Those that wait are few among those that were ever asked.
            models.Index(fields=("state", "submitted_at"), name="request_waiting"),
        )

    def __str__(self) -> str:
        return f"Request {self.short_id}"

    @property
    def short_id(self) -> str:
        return self.public_id.hex[:8]

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return self._titled(*self._names())

    def titled_by(self, lines: Iterable[RequestLine]) -> str:
        """The same of a change or a renewal, by its lines alone."""
        coming, leaving = _sides(lines)
        return self._titled(coming, coming, leaving)

    def _titled(self, names: list[str], coming: list[str], leaving: list[str]) -> str:
        if self.kind == RequestKind.RENEWAL:
            return _("Renewal of %(datasets)s") % {"datasets": listed(names)}
        if self.kind == RequestKind.ADOPTION:
            return _("Taken over: %(datasets)s") % {"datasets": listed(names)}
        if self.kind == RequestKind.MOVE:
            return _("Move of %(datasets)s") % {"datasets": listed(names)}
        if self.kind != RequestKind.CHANGE:
            return ", ".join(names)
        both = sorted({*coming} & {*leaving})
        sides = (
            (sorted({*coming} - {*both}), _("%(datasets)s in")),
            (sorted({*leaving} - {*both}), _("%(datasets)s out")),
            (both, _("other rows in %(datasets)s")),
        )
        told = ", ".join(words % {"datasets": listed(side)} for side, words in sides if side)
        return _("Change: %(changes)s") % {"changes": told}

    @property
    def wish(self) -> str:
        """What it asks, after “asks”."""
        names, coming, leaving = self._names()
        if self.kind == RequestKind.RENEWAL:
            return _("to renew %(datasets)s") % {"datasets": listed(names)}
        if self.kind == RequestKind.MOVE:
            return _("to move %(datasets)s to another account") % {"datasets": listed(names)}
        if self.kind != RequestKind.CHANGE:
            return _("for %(datasets)s") % {"datasets": listed(names)}
        told = {"coming": listed(coming), "leaving": listed(leaving)}
        if coming and leaving:
            return _("to add %(coming)s and take out %(leaving)s") % told
        return (_("to add %(coming)s") if coming else _("to take out %(leaving)s")) % told

    def _names(self) -> tuple[list[str], list[str], list[str]]:
        """Datasets that somebody must approve; of the lines those that come, and those that leave."""
        names = [dataset.name for dataset in self.datasets.all()]
        if self.kind != RequestKind.CHANGE:
            return names, [], []
        return names, *_sides(self.lines.all())

    @property
    def takes_only(self) -> bool:
        """A change that puts nothing in: nobody has to approve it."""
        return self.kind == RequestKind.CHANGE and not self.datasets.all()

    @property
    def decider(self) -> str:
        """Who decided, as everybody may read it: the customer's people by name or address, the provider's by name."""
        if self.decided_by is None:
            return _("the rule “%(name)s”") % {"name": self.decided_rule} if self.decided_rule else "Firn"
        own = not self.decided_by.name and (self.state == RequestState.WITHDRAWN or self.takes_only)
        return self.decided_by.display_name if own else self.decided_by.public_name

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.SUBMITTED

    @property
    def authors(self) -> set[int]:
        """The ids of those whose words it is: they decide nothing of it."""
        return {pk for pk in (self.requester_id, self.amended_by_id) if pk is not None}

    @property
    def owns_account(self) -> bool:
        """Whether the account is still its customer's. Whoever has it now, what they proved of it is theirs to read."""
        return self.consumer_account.organization_id == self.organization_id

    @property
    def short_digest(self) -> str:
        """The digest as people compare it: 7f3a·c21e."""
        return f"{self.plan_digest[:4]}·{self.plan_digest[4:8]}"


class RequestLine(models.Model):
    """One dataset for one workspace that a change puts in or takes out, or that a renewal keeps."""

    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="lines")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    adds = models.BooleanField()

    class Meta:
        ordering = ("dataset__name", "workspace__name")
        constraints = (
            models.UniqueConstraint(fields=("request", "dataset", "workspace"), name="line_once_per_request"),
        )

    def __str__(self) -> str:
        return f"{'in' if self.adds else 'out'}: {self.dataset} for {self.workspace}"


class Ask(models.Model):
    """One approver asked to decide one revision; its id makes the link in the mail.

    The code in the mail is derived, not stored; `failures` bounds the guesses at it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="asks")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks")
    revision = models.PositiveIntegerField()
    failures = models.PositiveIntegerField(default=0)
    # How many reminders were sent.
    reminded = models.PositiveSmallIntegerField(default=0)
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
        SESSION = "session", gettext_lazy("signed in")
        CODE = "code", gettext_lazy("code from the mail")
        ADMIN = "admin", gettext_lazy("Django admin")
        REPLY = "reply", gettext_lazy("answer by mail")

    request = models.ForeignKey(ShareRequest, on_delete=models.CASCADE, related_name="votes")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes")
    revision = models.PositiveIntegerField()
    answer = models.CharField(max_length=8, choices=Answer)
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    plan_digest = models.CharField(max_length=64)
    # Dataset and name of each stage that it was given for while those of the stage could not answer: there it stands
    # when they can again.
    stood_in = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("request", "approver", "revision"), name="vote_once"),)

    def __str__(self) -> str:
        return f"{self.approver}: {self.answer}"
