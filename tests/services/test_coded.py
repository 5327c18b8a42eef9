"""What is stored as codes is told in the reader's language; what holds none is told as it stands."""

from __future__ import annotations

import pytest
from django.utils import translation

from shares.services import coded, import_words


def test_a_sentence_for_each_finding_with_its_value() -> None:
    text = coded.stored(("columns", "3"), ("sounds", "ÉMAIL, 100%"))
    assert import_words.told(text) == "3 columns. Sounds like persons, and has no tag: ÉMAIL, 100%."
    with translation.override("it"):
        assert import_words.told(text).startswith("3 colonne.")


@pytest.mark.parametrize("text", ["", "3 columns.", "2003", '{"a": 1}', "SQL compilation error:\nno [object]"])
def test_text_without_codes_is_told_as_it_is(text: str) -> None:
    assert import_words.told(text) == text


def test_a_code_that_nobody_knows_tells_its_value() -> None:
    assert import_words.told(coded.stored(("from-tomorrow", "CREW"), ("column", "1"))) == "CREW 1 column."


def test_a_step_is_told_by_its_code_and_an_old_one_as_it_stands() -> None:
    assert import_words.next_step("log") == "See the log, then try again."
    assert import_words.next_step("Grant it.") == "Grant it."
