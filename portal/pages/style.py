"""The stylesheets: one file per component, linked one by one while developing and as one file everywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/firn.css"
FONT = "fonts/inter-latin.woff2"
# The first declares the order of the layers; among the others the order means nothing. The admin has a page of its own.
FIRST = "reset"
ELSEWHERE = {"admin", "firn"}


def names(folders: list[Path]) -> list[str]:
    """What the stylesheets in these folders are called, the first one first."""
    found = {path.stem for folder in folders for path in (folder / "css").glob("*.css")} - ELSEWHERE
    return sorted(found, key=lambda name: (name != FIRST, name))


class BundlingStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files, and among them one with all stylesheets."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            self._bundle()
            paths[BUNDLE] = (self, BUNDLE)
        yield from super().post_process(paths, dry_run, **options)

    def _bundle(self) -> None:
        texts = [Path(self.path(sheet)).read_text() for sheet in _single()]
        self.delete(BUNDLE)
        self.save(BUNDLE, ContentFile("\n".join(texts).encode()))


def stylesheets() -> SafeString:
    """The typeface to fetch at once, and link elements of the stylesheets."""
    bundled = isinstance(staticfiles_storage, BundlingStorage)
    return _links([BUNDLE] if bundled else _single())


def admin_stylesheets() -> SafeString:
    """What Django's own administration takes of ours, after its own."""
    font = ["css/font.css"] if _has_font() else []
    return _links([*font, "css/tokens.css", "css/menu.css", "css/admin.css"])


def _links(sheets: list[str]) -> SafeString:
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in sheets))
    if not _has_font():
        return links
    font = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>\n{}'
    return format_html(font, static(FONT), links)


def _has_font() -> bool:
    return settings.FIRN_ASSETS in settings.STATICFILES_DIRS


def _single() -> list[str]:
    return [f"css/{name}.css" for name in names([Path(folder) for folder in settings.STATICFILES_DIRS])]
