"""What Firn says, in the language of whoever reads it now."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext

from shares.core.said import Said


def translated(text: str | int) -> str:
    """Plain text is told as it is."""
    if isinstance(text, int):
        return number_format(text, use_l10n=True, force_grouping=True)
    if not isinstance(text, Said):
        return text
    message = gettext(text.message)
    return message % {name: translated(value) for name, value in text.values.items()} if text.values else message
