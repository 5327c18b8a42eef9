"""What an isolation test found, in the reader's language: its row keeps the English of the day."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext

from shares.core import verdicts
from shares.models import Proof


def told(proof: Proof) -> str:
    """A test that failed tells its findings as they were written: names and numbers for the provider's staff."""
    if proof.words != verdicts.isolated(proof.rows):
        return proof.words
    rows = number_format(proof.rows, use_l10n=True, force_grouping=True)
    return gettext("%(rows)s rows read as the consumer, none of another customer.") % {"rows": rows}
