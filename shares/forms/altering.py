"""The request form for a share that is there: what should be in it, or what of it should go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from shares.core.states import RequestKind
from shares.forms.why import DEFAULT_DAYS, WhyForm, latest
from shares.models import Dataset, Share, ShareRequest, Workspace
from shares.services import catalog_pages, pages, pairs
from shares.services.altering import Alteration
from shares.services.catalog_pages import ROWS, CatalogRow
from shares.services.pairs import Pair
from shares.services.windows import last_day


@dataclass(frozen=True)
class Box:
    """One tick: a dataset for one workspace, or for all that it has. `label` is empty where there is one only."""

    pairs: tuple[Pair, ...]
    label: str
    is_in: bool
    ticked: bool
    until: datetime | None = None

    @property
    def value(self) -> str:
        return value_of(self.pairs)


@dataclass(frozen=True)
class Card:
    """One dataset with its ticks."""

    row: CatalogRow
    boxes: tuple[Box, ...]


def value_of(found: Iterable[Pair]) -> str:
    """`12:3,4`: dataset 12 for the workspaces 3 and 4."""
    listed = list(found)
    return f"{listed[0][0].pk}:{','.join(str(workspace.pk) for _, workspace in listed)}"


class AlterForm(WhyForm):
    """`seen` is what was granted when the page was made: a form about another state of the share is refused."""

    wanted = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("Choose among what is offered.")}
    )
    seen = forms.CharField(required=False)
    kind = RequestKind.CHANGE

    def __init__(self, *args: Any, share: Share, user: User, again: ShareRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.again = again
        self.share, self.user, self.now = share, user, timezone.now()
        # Read once for all that the form shows of them.
        self.grants = list(pairs.in_force(share, self.now).select_related("dataset__version"))
        self.had = pairs.of_grants(self.grants)
        self.stamp = pairs.stamp(self.had)
        self.fields["wanted"] = self._choice()
        if again:
            self.initial["reason"] = again.reason
        self._fill()

    def _choice(self) -> forms.MultipleChoiceField:
        old = self.fields["wanted"]
        offered = [(value_of(found), "") for _, groups in self.offered for found in groups]
        return forms.MultipleChoiceField(choices=offered, required=False, error_messages=old.error_messages)

    def _fill(self) -> None:
        """A taking away needs no reason; what comes ends with the rest, unless somebody wants another day."""
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("For what is new: the data owner decides by it. Taking away needs none.")
        self.fields["valid_until"].help_text = _("The last day of what is new. Leave it empty for no end.")
        until = pages.last_until(self.grants)
        self.initial.setdefault("valid_until", last_day(until) if until else None)

    @cached_property
    def offered(self) -> list[tuple[Dataset, list[tuple[Pair, ...]]]]:
        """By dataset, what can be ticked: one group of pairs for each tick."""
        here = catalog_pages.for_request(self.user).filter(provider_accounts=self.share.provider_account)
        datasets = {dataset.pk: dataset for dataset in [*(item for item, _ in self.had), *here]}
        own = set(self.share.organization.workspaces.filter(is_active=True))
        spaces = sorted({*own, *(workspace for _, workspace in self.had)}, key=str)
        self._rows = {row.dataset.pk: row for row in self._catalog(datasets.values())}
        return [(dataset, self._groups(dataset, spaces, own)) for dataset in sorted(datasets.values(), key=str)]

    def _catalog(self, datasets: Iterable[Dataset]) -> list[CatalogRow]:
        return catalog_pages.catalog_rows(datasets, self.share.organization)

    def _groups(self, dataset: Dataset, spaces: list[Workspace], own: set[Workspace]) -> list[tuple[Pair, ...]]:
        if self._rows[dataset.pk].kind == ROWS:
            return [((dataset, space),) for space in spaces]
        # The same rows for every workspace: one tick.
        there = [space for space in spaces if (dataset, space) in self.had]
        return [tuple((dataset, space) for space in there or [item for item in spaces if item in own])]

    def cards(self) -> list[Card]:
        ticked = set(self["wanted"].value() or []) if self.is_bound else self._asked_before()
        return [
            Card(
                self._rows[dataset.pk],
                tuple(self._box(found, ticked, named=len(groups) > 1) for found in groups if found),
            )
            for dataset, groups in self.offered
        ]

    def _asked_before(self) -> set[str] | None:
        """What would be ticked after the change that is asked again."""
        if self.again is None:
            return None
        wanted = {(dataset.pk, workspace.pk) for dataset, workspace in self.had}
        for line in self.again.lines.all():
            (wanted.add if line.adds else wanted.discard)((line.dataset_id, line.workspace_id))
        groups = [found for _, offered in self.offered for found in offered if found]
        return {value_of(found) for found in groups if any((one.pk, space.pk) in wanted for one, space in found)}

    def _box(self, found: tuple[Pair, ...], ticked: set[str] | None, *, named: bool) -> Box:
        is_in = any(pair in self.had for pair in found)
        label = str(found[0][1]) if named else ""
        return Box(found, label, is_in, is_in if ticked is None else value_of(found) in ticked)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that could be ticked."""
        return not any(card.boxes for card in self.cards())

    def draft(self) -> Alteration:
        """What was filled in, for the service."""
        data = self.cleaned_data
        chosen = set(data["wanted"])
        groups = [found for _, offered in self.offered for found in offered]
        return Alteration(
            share=self.share,
            requester=self.user,
            wanted=frozenset(pair for found in groups if value_of(found) in chosen for pair in found),
            reason=data["reason"],
            valid_until=data["valid_until"],
            seen=data["seen"],
        )


class RenewForm(AlterForm):
    """Everything is filled in: sending it is enough."""

    kind = RequestKind.RENEWAL

    def _fill(self) -> None:
        self.initial.setdefault("reason", self.again.reason if self.again else pages.newest_reason(self.share))
        last = max(self._ends.values(), default=self.now)
        day, longer = last_day(last), timedelta(days=DEFAULT_DAYS)
        # What ends when nobody may ask for a later day any more goes on without an end. No day comes after the last.
        self.initial.setdefault("valid_until", day + longer if day <= latest() - longer else None)
        self.fields["valid_until"].help_text = _("The new last day. Leave it empty for no end.")

    @cached_property
    def _ends(self) -> dict[Pair, datetime]:
        return pairs.ends_of(self.grants)

    @cached_property
    def offered(self) -> list[tuple[Dataset, list[tuple[Pair, ...]]]]:
        """What has an end, one tick for each dataset."""
        listed = pairs.by_dataset(pairs.in_order(self._ends))
        self._rows = {row.dataset.pk: row for row in self._catalog(dataset for dataset, _ in listed)}
        return [(dataset, [tuple((dataset, space) for space in spaces)]) for dataset, spaces in listed]

    def _box(self, found: tuple[Pair, ...], ticked: set[str] | None, *, named: bool) -> Box:
        until = max(self._ends[pair] for pair in found)
        return Box(found, "", True, ticked is None or value_of(found) in ticked, until)
