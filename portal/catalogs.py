"""The catalogs of translations: `python -m portal.catalogs extract` renews them from the source, `compile` makes what
Django reads (script/bootstrap does it; nothing but PyPI's Babel is needed).
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "portal" / "locale"
PLURALS = ("ngettext", "ngettext_lazy", "npgettext")
CONTEXTS = ("pgettext", "pgettext_lazy", "npgettext")
# `Said` is how the core, which knows no language, marks what it says (shares.core.said).
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "Said", *PLURALS, *CONTEXTS)
PYTHON = ("portal", "shares")
MARKED = re.compile(r"\b(?:_|n?p?gettext)\(.*\)")


def catalogs() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def load(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name)


def compile_catalogs() -> list[Path]:
    """Writes each .mo that is missing or older than its .po; a reader sees the old one or the new one, whole."""
    made = []
    for path in catalogs():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        with scratch.open("wb") as out:
            write_mo(out, load(path))
        scratch.replace(target)
        made.append(target)
    return made


def sources() -> Iterator[tuple[str, bytes]]:
    """Every file that may hold text to translate, as Python."""
    for top in PYTHON:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            name = str(path.relative_to(ROOT))
            yield name, _calls_of(templatize(path.read_text(), origin=name)).encode()


def _calls_of(blotted: str) -> str:
    """The calls in a template that Django made into something like Python, one a line: the rest is no Python."""
    found = (MARKED.search(line) for line in blotted.splitlines())
    return "\n".join(match.group() if match else "" for match in found)


def extract() -> Catalog:
    """What the source asks to be translated now."""
    template = Catalog(project="Firn", charset="utf-8")
    for name, text in sources():
        for line, function, message, _comments in extract_python(io.BytesIO(text), dict.fromkeys(KEYWORDS), [], {}):
            context, wanted = _message(function, message)
            if wanted:
                template.add(wanted, locations=[(name, line)], context=context, flags=_flags(wanted))
    return template


def _message(function: str | tuple[str, ...] | None, found: object) -> tuple[str | None, str | tuple[str, str] | None]:
    """Context and message of a call; no message where an argument is no literal."""
    name = function if isinstance(function, str) else ""
    parts = [part if isinstance(part, str) else "" for part in (found if isinstance(found, tuple | list) else [found])]
    context = parts.pop(0) if name in CONTEXTS and parts else None
    wanted = parts[: 2 if name in PLURALS else 1]
    if not all(wanted) or not wanted:
        return None, None
    return context, (wanted[0], wanted[1]) if len(wanted) == 2 else wanted[0]


def _flags(message: str | tuple[str, str]) -> list[str]:
    text = message if isinstance(message, str) else message[1]
    return ["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", text) else []


def renew() -> None:
    """Brings every catalog up to the source: new messages without a translation, no guesses, none that went."""
    template = extract()
    for path in catalogs():
        catalog = load(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as out:
            write_po(out, catalog, width=118, sort_output=True, no_location=True, omit_header=False)


def main(arguments: list[str]) -> int:
    if arguments == ["compile"]:
        compile_catalogs()
    elif arguments == ["extract"]:
        renew()
    else:
        print("usage: python -m portal.catalogs compile|extract", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
