"""What the administration's tests share: its addresses, its actions, its messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse


def listing(model: str) -> str:
    return reverse(f"admin:shares_{model}_changelist")


def change(row: Model) -> str:
    return reverse(f"admin:shares_{row._meta.model_name}_change", args=[row.pk])


def act(client: Client, action: str, rows: Iterable[Model], **data: Any) -> Any:
    """Choose `action` for `rows` in the list."""
    chosen = list(rows)
    posted = {"action": action, "_selected_action": [row.pk for row in chosen], **data}
    return client.post(listing(str(chosen[0]._meta.model_name)), posted)


def told(response: Any) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]
