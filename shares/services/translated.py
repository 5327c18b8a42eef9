"""What the core said, in the language of whoever reads it now."""

from __future__ import annotations

from django.utils.translation import gettext

from shares.core.said import Said


def translated(text: str) -> str:
    """Plain text is told as it is."""
    if not isinstance(text, Said):
        return text
    message = gettext(text.message)
    return message % {name: translated(value) for name, value in text.values.items()} if text.values else message
