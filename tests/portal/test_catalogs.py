"""The catalogs say everything that they were asked, with the same values in it, and are made without Debian's tools."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from django.conf import settings
from django.utils import translation

from portal import catalogs

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?[a-z]+")


def _said() -> list[tuple[str, Message]]:
    found = []
    for path in catalogs.catalogs():
        found += [(path.parent.parent.name, message) for message in catalogs.load(path) if message.id]
    return found


def _texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _differs(message: Message) -> bool:
    """Whether a translation names other values, or marks up other words, than the source; or says nothing."""
    sources, targets = _texts(message.id), _texts(message.string)
    return not all(targets) or [_marks(text) for text in sources] != [_marks(text) for text in targets]


def _marks(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text) + TAG.findall(text))


def test_every_language_has_a_catalog() -> None:
    there = {path.parent.parent.name for path in catalogs.catalogs()}
    assert there == {code for code, _name in settings.LANGUAGES} - {"en"}


def test_everything_is_translated_with_the_same_values_in_it() -> None:
    said = _said()
    assert [f"{language}: {message.id}" for language, message in said if _differs(message)] == []
    assert len(said) > 700


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Hello %(name)s", "Ciao %(nome)s"),
        ("Hello", ""),
        ("<b>Now</b>", "Ora"),
        (("%(n)s day", "%(n)s days"), ("", "")),
    ],
)
def test_a_translation_that_lost_something_is_noticed(source: str, target: str) -> None:
    assert _differs(Message(source, target))


def _found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str) -> Catalog:
    (tmp_path / "templates").mkdir()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    return catalogs.extract()


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("templates/a.html", '{% load i18n %}<p>{% translate "It\'s here" %}</p>', "It's here"),
        ("templates/a.html", '<a title="{% translate "One" %}" {% if x %}b{% endif %}>', "One"),
        (
            "templates/a.html",
            "{% blocktranslate trimmed %}To {{ name }}\n  now{% endblocktranslate %}",
            "To %(name)s now",
        ),
        ("shares/a.py", 'from x import gettext as _\n_("Word")', "Word"),
        ("portal/a.py", 'ngettext("%d day", "%d days", n)', ("%d day", "%d days")),
        ("shares/a.py", 'Refusal(Said("No “%(text)s”.", text=typed[:60]))', "No “%(text)s”."),
    ],
)
def test_it_finds_what_is_marked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, wanted: str | tuple[str, str]
) -> None:
    assert [message.id for message in _found(monkeypatch, tmp_path, name, text) if message.id] == [wanted]


def test_two_on_a_line_are_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = '{% translate "One" %} and {% if (x) %}{% translate "Two" %}{% endif %}'
    found = _found(monkeypatch, tmp_path, "templates/a.html", text)
    assert sorted(str(message.id) for message in found if message.id) == ["One", "Two"]


def test_compiled_catalogs_are_what_django_reads() -> None:
    with translation.override("it"):
        assert translation.gettext("Preferences") == "Preferenze"
        assert translation.ngettext("%(number)s code is left. Keep it where your phone is not.", "", 1) % {
            "number": 1
        } == ("Resta 1 codice. Conservarlo lontano dal telefono.")


# What the Italian calls otherwise everywhere: workspace, locator, spostare, sovrapposizione, verificare, selezionare,
# job, e-mail, in ordine; and whoever reads is "lei".
OTHERWISE = re.compile(
    r"\b(?:are[ae] di lavoro|localizzator|trasferi|period[oi] in comune|dimostr|spunt[aeio]|process[io]\b|messagg[io]"
    r"|e?mail\b|(?:sta|va|stanno|vanno) bene\b|vo[is]\b|vostr)",
    re.IGNORECASE,
)


def _read(text: str) -> str:
    """Without values, addresses and what is called so in the administration."""
    return re.sub(r"%\(\w+\)s|mailto:|[Ee]-mail|“[^”]*”|<code>.*?</code>|email_verified|\bVa tutto bene", "", text)


def test_the_italian_has_one_word_for_each_thing() -> None:
    said = [text for language, message in _said() if language == "it" for text in _texts(message.string)]
    assert [text for text in said if OTHERWISE.search(_read(text))] == []
    assert OTHERWISE.search("Il vostro workspace")
