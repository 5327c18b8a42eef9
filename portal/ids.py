"""Ids of rows as a browser sends them: with what is none, or more than 64 bits, neither Django nor a database copes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Every number of so many digits fits into 64 bits.
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


def is_id(sent: object) -> bool:
    return bool(_ID.fullmatch(str(sent)))


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # subscriptable in the stubs only
    """Django's, to which an id that no row can have is a wrong choice like any other."""

    def clean(self, value: Any) -> Any:
        wrong = [one for one in value if not is_id(one)] if isinstance(value, list | tuple) else []
        if wrong:
            raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": wrong[0]})
        return super().clean(value)
