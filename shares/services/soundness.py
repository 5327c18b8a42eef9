"""What keeps a dataset from being shared soundly, in words for the provider's staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shares.core.function_reads import strays
from shares.models import Dataset, DatasetColumn, DatasetObject, Treatment

_READS = re.compile(r"\{\{([A-Z_][A-Z0-9_$]*)\}\}")


@dataclass(frozen=True)
class Flaw:
    """`code` is stable (it ends a system check's id); `item` is the object meant, None for the whole dataset."""

    code: str
    words: str
    hint: str
    item: DatasetObject | None = None


def flaws(dataset: Dataset) -> list[Flaw]:
    """Everything that is wrong with a dataset that is to be published; empty when it can be shared."""
    found = list(_of_dataset(dataset))
    objects = list(dataset.dataset_objects.prefetch_related("columns"))
    views = {item.shared_name for item in objects if not item.is_function}
    for item in objects:
        found += _of_function(item, views) if item.is_function else _of_view(item)
    return found


def _of_dataset(dataset: Dataset) -> Iterator[Flaw]:
    if not dataset.approvers.filter(is_active=True).exists():
        yield Flaw("W001", f"{dataset} has no active approver.", "Name one: until then every superuser is asked.")
    personal = DatasetColumn.objects.filter(object__dataset=dataset, is_personal=True, treatment=Treatment.SHARE)
    if personal.exists() and not dataset.privacy_approvers.filter(is_active=True).exists():
        hint = "Name one, mask the columns or leave them out: until then every superuser is asked besides."
        yield Flaw("W011", f"{dataset} shares columns about persons and has no privacy approver.", hint)
    if not dataset.dataset_objects.filter(is_exposed=True).exists():
        yield Flaw("W002", f"{dataset} exposes no object.", "Import one from the lake, or unpublish the dataset.")
    if not dataset.provider_accounts.filter(is_active=True).exists():
        yield Flaw("W003", f"{dataset} is in no active provider account.", "Choose the accounts that hold it.")


def _of_view(item: DatasetObject) -> Iterator[Flaw]:
    names = {column.name for column in item.columns.all() if column.treatment != Treatment.LEAVE_OUT}
    masked = {column.name for column in item.columns.all() if column.treatment == Treatment.MASK}
    if told := sorted(masked & {item.tenant_column, item.freshness_column}):
        hint = "Share them, or choose other columns: Firn reads who owns a row and how new it is in the view."
        yield Flaw("W010", f"{item} masks {', '.join(told)}, which the leak test reads.", hint, item)
    if not names:
        yield Flaw("W004", f"{item} has no columns.", "Use “Refresh columns”: only listed columns are shared.", item)
    if not item.is_reference and not item.tenant_column:
        yield Flaw("W008", f"{item} has no tenant column.", "Name it, or tick “reference” for shared rows.", item)
    elif names and not item.is_reference and item.tenant_column not in names:
        hint = "Add it: the leak test reads it."
        yield Flaw("W005", f"{item} does not list its tenant column {item.tenant_column}.", hint, item)
    if names and item.freshness_column and item.freshness_column not in names:
        hint = "Add it, or leave the freshness column empty."
        yield Flaw("W009", f"{item} does not list its freshness column {item.freshness_column}.", hint, item)


def _of_function(item: DatasetObject, views: set[str]) -> Iterator[Flaw]:
    unknown = sorted(set(_READS.findall(item.body)) - views)
    if unknown:
        words = f"{item} reads {', '.join(unknown)}, which its dataset does not have."
        yield Flaw("W006", words, "Add the object to the dataset (it need not be exposed), or correct the name.", item)
    # In the draft a view has no place yet: any will do that nothing else has.
    draft, names = _READS.sub(r'"{{"."}}".\1', item.body), _READS.findall(item.body)
    if past := strays(draft, [("{{", "}}", name) for name in names]):
        words = f"{item} reads {', '.join(past)} past the views, so nobody would know whose rows it shows."
        yield Flaw("W012", words, "Add it as an object (it need not be exposed), and write its name as {{NAME}}.", item)
