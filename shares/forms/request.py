"""The form that asks for a share: everything on one page, nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ids import RowsField
from portal.people.models import Organization, User
from shares.core import accounts, regions
from shares.forms.why import WhyForm, in_a_year, today
from shares.models import ConsumerAccount, Dataset, ProviderAccount, ShareRequest, Workspace
from shares.services import catalog_pages
from shares.services.catalog_pages import CatalogRow
from shares.services.requests import Draft
from shares.services.translated import translated


def region_choices() -> list[tuple[str, Any]]:
    """Read from the account; then where the data is; then everywhere else."""
    ours = set(ProviderAccount.objects.filter(is_active=True).values_list("region", flat=True))
    known = [(item.id, f"{regions.label(item.id)} ({item.id})") for item in regions.all_regions() if item.is_public]
    near = [choice for choice in known if choice[0] in ours]
    far = [choice for choice in known if choice[0] not in ours]
    read, here = gettext("Read it from the account"), gettext("Where the data is")
    return [("", read), (here, near), (gettext("Elsewhere"), far)]


# Taken from the catalog meanwhile, or typed by hand.
NOT_OFFERED = dict.fromkeys(("invalid_choice", "invalid_pk_value"), _("Choose among what is offered."))


class RequestForm(WhyForm):
    """`draft()` is what it says once it is valid; `hints` are what the account field was understood as. It is filled in
    with what `again` asked, where there is such a request."""

    datasets = RowsField(
        queryset=Dataset.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one dataset."), **NOT_OFFERED},
    )
    workspaces = RowsField(
        queryset=Workspace.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose rows the share holds."),
        error_messages={"required": _("Choose at least one workspace: it says whose rows are shared."), **NOT_OFFERED},
    )
    account = forms.CharField(
        max_length=400,
        label=_("Account, in any form you have it"),
        help_text=_("MYORG.MYACCOUNT, myorg-myaccount, a locator, or the address in your browser."),
        error_messages={
            "required": _("Say which Snowflake account should read the data. It looks like MYORG.MYACCOUNT.")
        },
        widget=forms.TextInput(
            attrs={"class": "input-code", "list": "known-accounts", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    region = forms.ChoiceField(
        required=False, help_text=_("Only needed for a locator such as XY12345, or when Firn asks for it.")
    )

    def __init__(
        self, *args: Any, organization: Organization, user: User, again: ShareRequest | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization, self.user = organization, user
        datasets, spaces = catalog_pages.for_request(user), organization.workspaces.filter(is_active=True)
        if again:
            datasets, spaces = _with_asked(datasets, again.datasets), _with_asked(spaces, again.workspaces)
        self.own = list(spaces)
        self._field("datasets").queryset = datasets
        self._field("workspaces").queryset = spaces
        if again and not self.is_bound:
            self._fill(again)
        self.fields["region"] = self._region()
        self.initial.setdefault("workspaces", [item.pk for item in self.own])
        self.initial.setdefault("valid_until", again.valid_until if again and self.is_bound else in_a_year())
        self.known = _known(organization)
        used = (str(item) for item in self.known if item.is_proved)
        self.initial.setdefault("account", next(used, ""))

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _fill(self, asked: ShareRequest) -> None:
        """A last day that is over is left to the default."""
        account, until = asked.consumer_account, asked.valid_until
        filled = {
            # The same rows that become the cards.
            "datasets": [item.pk for item in self._field("datasets").queryset if item.is_asked],
            "workspaces": [item.pk for item in self.own if getattr(item, "is_asked", False)],
            "account": str(account),
            "region": "" if account.account_name else account.region,
            "reason": asked.reason,
        }
        self.initial.update(filled if until and until <= today() else {**filled, "valid_until": until})

    def _region(self) -> forms.ChoiceField:
        old = self.fields["region"]
        return forms.ChoiceField(choices=region_choices(), required=False, label=_("Region"), help_text=old.help_text)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("account"):
            try:
                cleaned["identity"] = accounts.parse(cleaned["account"], cleaned.get("region", ""))
            except accounts.Unreadable as error:
                self.add_error("account", translated(error.words))
        return cleaned

    def draft(self) -> Draft:
        """What was filled in, for the service."""
        data = self.cleaned_data
        return Draft(
            organization=self.organization,
            requester=self.user,
            datasets=list(data["datasets"]),
            workspaces=list(data["workspaces"]),
            identity=data["identity"],
            reason=data["reason"],
            valid_until=data["valid_until"],
        )

    def cards(self) -> list[tuple[CatalogRow, bool]]:
        """The datasets as cards, and whether each is ticked."""
        chosen = {str(value) for value in (self["datasets"].value() or [])}
        rows = catalog_pages.catalog_rows(self._field("datasets").queryset, self.organization)
        return [(row, str(row.dataset.pk) in chosen) for row in rows]

    def chosen_workspaces(self) -> set[str]:
        return {str(value) for value in (self["workspaces"].value() or [])}

    def known_accounts(self) -> list[str]:
        """Accounts that this customer used before, offered while typing."""
        return [str(account) for account in self.known]


def _known(organization: Organization) -> list[ConsumerAccount]:
    """Their accounts, the one that was asked for last first."""
    asked = organization.consumer_accounts.annotate(last=Max("share_requests__submitted_at"))
    return list(asked.order_by(F("last").desc(nulls_last=True), "pk"))


def _with_asked(offered: QuerySet[Any], asked: Any) -> QuerySet[Any]:
    """What is offered, each with whether it is among what was asked (a relation of a request)."""
    found: QuerySet[Any] = offered.annotate(is_asked=Exists(asked.filter(pk=OuterRef("pk"))))
    return found
