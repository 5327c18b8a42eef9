"""Who may write which field: the document is what forms and administration are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin

from shares.admin.fields import markdown
from shares.models import ConsumerAccount

PAGE = Path(settings.BASE_DIR) / "docs/fields.md"
BEGIN = "<!-- written by tests/admin/test_fields.py -->\n"


def test_the_document_shows_every_field_that_is_written() -> None:
    intro, mark, shown = PAGE.read_text().partition(BEGIN)
    assert mark
    if os.environ.get("FIRN_UPDATE_GOLDEN"):
        PAGE.write_text(f"{intro}{BEGIN}\n{markdown()}\n")
        shown = f"\n{markdown()}\n"
    assert shown.strip() == markdown(), "renew it with FIRN_UPDATE_GOLDEN=1"


def test_a_field_that_becomes_writable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    of = admin.site._registry[ConsumerAccount]
    before = markdown()
    monkeypatch.setattr(of, "readonly_fields", [name for name in of.readonly_fields if name != "proof"])
    monkeypatch.setattr(type(of), "get_readonly_fields", lambda self, request, obj=None: self.readonly_fields)
    assert markdown() != before
    assert "`proof`" in markdown()
