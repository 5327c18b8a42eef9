"""Static files as an installation serves them: one stylesheet, hashed, in the order of the layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command

from portal.pages import style


@pytest.fixture
def collected(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.STATIC_ROOT = tmp_path  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "portal.pages.style.BundlingStorage"},
    }
    monkeypatch.setattr(style, "staticfiles_storage", storages["staticfiles"])
    call_command("collectstatic", interactive=False, verbosity=0)
    # A second time, as after an upgrade: what the first one left must not get into the new one.
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_all_stylesheets_become_one(collected: Path) -> None:
    bundle = (collected / style.BUNDLE).read_text()

    assert bundle.index("@layer reset, tokens, base") < bundle.index("@layer tokens {")
    for path in (Path(settings.BASE_DIR) / "static/css").glob("*.css"):
        assert bundle.count(path.read_text()) == (path.stem != "admin"), path.name


def test_pages_link_the_hashed_one_alone(collected: Path) -> None:
    links = style.stylesheets()

    assert links.count('rel="stylesheet"') == 1
    assert (collected / "css" / links.split("css/")[1].split('"')[0]).is_file()
    assert "/static/css/firn." in links
