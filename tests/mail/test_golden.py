"""Every kind of mail, word for word: headers, text and HTML. `FIRN_UPDATE_GOLDEN=1` writes what is there now, to be
read in the difference before it is committed."""

from __future__ import annotations

import os
import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Engine
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import Settings

from portal.mail import examples, send
from portal.mail.examples import Example
from portal.mail.models import Outgoing
from shares import mail_facts
from shares.core import answers

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = Path(__file__).parents[2] / "templates" / "emails"
KINDS = sorted(path.name.removesuffix("-subject.txt") for path in TEMPLATES.glob("*-subject.txt"))
EXAMPLES = examples.every()


def mail(kind: str, language: str = "en") -> Outgoing:
    written = examples.written(kind, EXAMPLES[kind], language)
    written.key = f"{kind}:golden"
    return written


@pytest.fixture(autouse=True)
def _fixed(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://firn.example"
    settings.SUPPORT_EMAIL = "help@firn.example"
    settings.DEFAULT_FROM_EMAIL = "Firn <firn@firn.example>"


def test_every_kind_has_an_example_and_every_example_a_kind() -> None:
    assert sorted(EXAMPLES) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_it_was(kind: str) -> None:
    message = send.message_of(mail(kind)).message()
    del message["Date"]
    heads = "".join(f"{name}: {value}\n" for name, value in sorted(message.items()) if name != "Content-Type")
    body = mail(kind)
    whole = "\n".join((heads, f"{body.subject}\n\n{body.text}", re.sub(r"[ \t]+\n", "\n", body.html)))
    file = GOLDEN / f"{kind}.txt"
    if os.environ.get("FIRN_UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(whole, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == whole, "read the difference; FIRN_UPDATE_GOLDEN=1 renews it"


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_leaves_no_gap(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "GAP<%s>")
    written = mail(kind)
    assert not re.findall(r"GAP(?:<|&lt;)\w+", written.subject + written.text + written.html)


class Tags(HTMLParser):
    """Which elements there are, and which are still open at the end."""

    VOID = frozenset({"meta", "br", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_type_breaks_neither_headers_nor_layout(kind: str) -> None:
    raw = send.message_of(mail(kind)).message().as_bytes()
    parsed = message_from_bytes(raw, policy=default)
    assert {"Bcc", "Cc"}.isdisjoint(parsed.keys())
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert ("List-Unsubscribe" in parsed) == (kind == "digest")
    assert not any(char in parsed["Subject"] for char in "\r\n")
    tags = Tags()
    tags.feed(mail(kind).html)
    assert tags.open == []
    assert tags.seen.isdisjoint({"script", "img", "link", "iframe", "form"})


@pytest.mark.parametrize("kind", ["ask", "received"])
def test_what_people_type_is_quoted_line_by_line(kind: str) -> None:
    assert "\nAPPROVE OR DECLINE\n<script>" not in mail(kind).text
    assert "&lt;script&gt;" in mail(kind).html


def test_an_example_is_written_in_italian_too() -> None:
    assert mail("ask", "it").text != mail("ask").text


def test_a_gap_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "GAP<%s>")
    assert "GAP" in examples.written("kept", Example({})).text


LABEL = re.compile(r'{% translate "([^"]+)" as label %}{{ label\|ljust:(\d+) }}')


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_label_leaves_room_for_what_it_labels(language: str) -> None:
    sources = TEMPLATES.glob("*.txt")
    found = {(label, int(width)) for path in sources for label, width in LABEL.findall(path.read_text())}
    about = re.findall(r'\(_\("([^"]+)"\), ', Path(mail_facts.__file__).read_text())
    assert len(found) > 8
    assert len(about) > 4
    with translation.override(language):
        assert [one for one, width in {*found, *((one, 12) for one in about)} if len(gettext(one)) >= width] == []


def test_an_italian_answers_with_words_that_are_read() -> None:
    told = [mail(kind, "it").text for kind in ("ask", "reply-held", "not-understood")]
    words = {word for text in told for word in re.findall(r"“(approvo|rifiuto:|annulla|approve|decline:|undo)”", text)}
    assert words == {"approvo", "rifiuto:", "annulla"}
    assert answers.read("approvo") == ("approve", "")
    assert answers.read("rifiuto: scaduto") == ("decline", "scaduto")
    assert answers.read("annulla") == ("undo", "")
