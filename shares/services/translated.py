"""What Firn says, in the language of whoever reads it now."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from shares.core.said import Said, unpacked


def translated(text: str | int | dict[str, Any]) -> str:
    """Plain text is told as it is. A field of JSON has it packed."""
    said: str | int = unpacked(text)
    if isinstance(said, int):
        return number_format(said, use_l10n=True, force_grouping=True)
    if not isinstance(said, Said):
        return said
    message = gettext(said.message)
    return message % {name: translated(value) for name, value in said.values.items()} if said.values else message
