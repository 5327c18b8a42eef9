"""Sentences of Firn's own in the database: English wherever a row is looked at, another language where one is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from shares.core.said import Said, packed, unpacked

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField

_BEGINS = '{"said": '
_AS_IT_IS = "%(text)s"


class SaidField(Text):
    """Text. What was `Said` is kept as its message and values and is read as Said again; what somebody wrote, what
    Snowflake answered and what rows of before hold is plain and stays so."""

    def get_prep_value(self, value: Any) -> Any:
        # Plain text that looks like what is kept here would be read as that, or not at all.
        if isinstance(value, str) and not isinstance(value, Said) and value.startswith(_BEGINS):
            value = Said(_AS_IT_IS, text=value)
        return (
            json.dumps(packed(value), ensure_ascii=False) if isinstance(value, Said) else super().get_prep_value(value)
        )

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return self.to_python(value)

    def to_python(self, value: Any) -> Any:
        """Also of a fixture."""
        if isinstance(value, str) and not isinstance(value, Said) and value.startswith(_BEGINS):
            return unpacked(json.loads(value))
        return super().to_python(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For the database it is text like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
