"""{% load operations %}: how runs and their kin look in the operations' pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from portal.pages.templatetags.firn import badge
from shares.models import BulkRow, LakeImportRow, Run
from shares.services import import_words

register = template.Library()

_RUN = {
    Run.Outcome.RUNNING: "now",
    Run.Outcome.CONVERGED: "good",
    Run.Outcome.FAILED: "warn",
    Run.Outcome.BLOCKED: "bad",
    Run.Outcome.FENCED: "off",
    Run.Outcome.DIED: "warn",
}
_ROW = {
    BulkRow.Outcome.WAITING: "wait",
    BulkRow.Outcome.DONE: "good",
    BulkRow.Outcome.REFUSED: "warn",
    BulkRow.Outcome.FAILED: "bad",
}
_IMPORTED = {
    LakeImportRow.Outcome.WAITING: "wait",
    LakeImportRow.Outcome.DONE: "good",
    LakeImportRow.Outcome.FAILED: "bad",
}


@register.simple_tag
def run_badge(run: Run) -> SafeString:
    """How a run ended, as shape and word."""
    return badge(_RUN[Run.Outcome(run.outcome)], run.get_outcome_display())


@register.simple_tag
def row_badge(row: BulkRow) -> SafeString:
    """What became of one share of many."""
    return badge(_ROW[BulkRow.Outcome(row.outcome)], row.get_outcome_display())


@register.simple_tag
def import_badge(row: LakeImportRow) -> SafeString:
    """What became of one object of an import."""
    return badge(_IMPORTED[LakeImportRow.Outcome(row.outcome)], row.get_outcome_display())


@register.filter
def import_words_of(row: LakeImportRow) -> str:
    """What was found in one object of an import, in the reader's language."""
    return import_words.told(row.words)


@register.filter
def import_next_step(row: LakeImportRow) -> str:
    """What to do about an object that failed, in the reader's language."""
    return import_words.next_step(row.what_to_do)
