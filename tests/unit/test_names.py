"""Quoting, judged by a tokenizer that somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shares.core import names
from shares.core.names import BadName
from tests.unit.tokens import QUOTED, STRING, tokens, words

SENDABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
NASTY = st.one_of(SENDABLE, st.sampled_from(list("\"'\\;-/*$.%_ \n\r\t{}()u0nx")))
TEXT = st.text(NASTY, max_size=60)
NAME = st.text(NASTY, min_size=1, max_size=255)
many = settings(max_examples=1500, deadline=None, derandomize=True, database=None)


def is_sendable(char: str) -> bool:
    return char != "\0" and not "\ud800" <= char <= "\udfff"


@pytest.mark.parametrize("plane", range(16))
def test_each_character_of_the_basic_plane_alone_is_one_token_or_refused(plane: int) -> None:
    for number in range(plane * 0x1000, (plane + 1) * 0x1000):
        char = chr(number)
        if not is_sendable(char):
            for quote in (names.ident, names.literal, names.plain):
                with pytest.raises(BadName):
                    quote(char)
            continue
        assert words(names.ident(char)) == [(QUOTED, char)], hex(number)
        assert words(names.literal(char)) == [(STRING, char)], hex(number)
        assert len(tokens(names.plain(char))) == 1, hex(number)


@many
@given(TEXT)
def test_a_literal_is_one_token_and_means_its_text(text: str) -> None:
    assert words(names.literal(text)) == [(STRING, text)]


@many
@given(NAME)
def test_a_quoted_name_is_one_token_and_means_its_text(name: str) -> None:
    assert words(names.ident(name)) == [(QUOTED, name)]


@many
@given(NAME)
def test_a_plain_name_is_one_token_that_snowflake_reads_as_the_name(name: str) -> None:
    text = names.plain(name)
    (token,) = tokens(text)
    assert token.text == name
    assert token.token_type is QUOTED or text == name == name.upper()


@many
@given(st.lists(NAME, min_size=1, max_size=4))
def test_a_path_reads_back_as_its_parts(parts: list[str]) -> None:
    assert names.split_path(names.path(*parts)) == tuple(parts)
    assert names.split_path(".".join(names.ident(part) for part in parts)) == tuple(parts)


@many
@given(NAME)
def test_unquote_undoes_ident(name: str) -> None:
    assert names.unquote(names.ident(name)) == name


@pytest.mark.parametrize(
    "payload", [r"\'; GRANT ROLE ACCOUNTADMIN TO USER EVE; --", "'; DROP SHARE S; --", "\\", "''", "$$"]
)
def test_the_known_ways_out_of_a_literal_stay_inside(payload: str) -> None:
    assert words(names.literal(payload)) == [(STRING, payload)]


def test_the_judge_sees_a_literal_that_only_doubles_quotes_break_open() -> None:
    naive = "'" + r"\'; GRANT ROLE ACCOUNTADMIN TO USER EVE; --".replace("'", "''") + "'"
    assert len(words(naive)) > 1


@pytest.mark.parametrize("name", ["", "A" * 256, "A\0B", "\ud800"])
def test_what_cannot_be_an_identifier_is_refused(name: str) -> None:
    with pytest.raises(BadName, match="Not a Snowflake identifier"):
        names.ident(name)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (names.ident, "Not a Snowflake identifier: "),
        (names.type_name, "Not a Snowflake data type: "),
        (names.signature, "Not argument types: "),
    ],
)
def test_of_a_long_bad_name_the_beginning_is_repeated(check: Callable[[str], str], words: str) -> None:
    with pytest.raises(BadName) as refused:
        check("!" * 300)
    assert str(refused.value) == f"{words}{'!' * 60!r}"


def test_255_characters_are_an_identifier() -> None:
    assert names.ident("A" * 255) == '"' + "A" * 255 + '"'


@pytest.mark.parametrize("text", ["a\0b", "\ud83d"])
def test_a_text_that_cannot_be_sent_is_refused(text: str) -> None:
    words = "^A text with a NUL character or half a surrogate pair cannot be sent to Snowflake.$"
    with pytest.raises(BadName, match=words):
        names.literal(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LAKE", "LAKE"),
        ("_A$1", "_A$1"),
        ("lake", '"lake"'),
        ("1A", '"1A"'),
        ("$A", '"$A"'),
        ("A B", '"A B"'),
        ("SELECT", '"SELECT"'),
        ("WITH", '"WITH"'),
        ("A\n", '"A\n"'),
        ("É", '"É"'),
        ('a"b', '"a""b"'),
    ],
)
def test_a_name_is_quoted_only_where_it_has_to_be(name: str, expected: str) -> None:
    assert names.plain(name) == expected


@pytest.mark.parametrize("word", sorted(names.RESERVED))
def test_a_reserved_word_is_always_quoted(word: str) -> None:
    assert names.plain(word) == f'"{word}"'


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A.B.C", ("A", "B", "C")),
        ('A."b.c".D', ("A", "b.c", "D")),
        ('"a""b".C', ('a"b', "C")),
        ("A", ("A",)),
        ('DB.S."F(X NUMBER):NUMBER(38,0)"', ("DB", "S", "F(X NUMBER):NUMBER(38,0)")),
        ('A."""".B', ("A", '"', "B")),
        ('A.""', ("A", "")),
        ('"', ('"',)),
    ],
)
def test_a_printed_name_is_split_at_dots_outside_quotes(text: str, parts: tuple[str, ...]) -> None:
    assert names.split_path(text) == parts


@pytest.mark.parametrize(
    ("text", "name"), [('"a"', "a"), ('"', '"'), ("a", "a"), ('""', ""), ('"a', '"a'), ('a"', 'a"')]
)
def test_unquote_takes_off_a_whole_pair_of_quotes_only(text: str, name: str) -> None:
    assert names.unquote(text) == name


@pytest.mark.parametrize(
    "text",
    ["VARCHAR", "NUMBER(38,0)", "NUMBER(38, 0)", "DOUBLE PRECISION", "TABLE (CARRIER VARCHAR, N NUMBER(2,0))", "float"],
)
def test_a_data_type_stays_as_it_was_written(text: str) -> None:
    assert names.type_name(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VARCHAR; DROP SHARE S",
        "VARCHAR --",
        "VARCHAR) AS 'SELECT 1'",
        "A/*",
        "$$",
        "NUMBER(38",
        "(A)",
        "VARCHAR\n",
        "A($$)",
    ],
)
def test_what_is_no_data_type_is_refused(text: str) -> None:
    with pytest.raises(BadName, match="data type"):
        names.type_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string", "VARCHAR"),
        ("VARCHAR(20)", "VARCHAR"),
        ("INT", "NUMBER"),
        ("NUMBER(38,0)", "NUMBER"),
        ("double   precision", "FLOAT"),
        ("REAL", "FLOAT"),
        ("DATETIME", "TIMESTAMP_NTZ"),
        ("TIMESTAMP_LTZ(9)", "TIMESTAMP_LTZ"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP_TZ"),
        ("VARBINARY", "BINARY"),
        ("VARIANT", "VARIANT"),
    ],
)
def test_one_type_has_one_name(text: str, expected: str) -> None:
    assert names.canonical_type(text) == expected
    assert names.canonical_type(expected) == expected


@pytest.mark.parametrize("text", ["()", "(VARCHAR)", "(VARCHAR, NUMBER)", "(TIMESTAMP_NTZ)"])
def test_argument_types_stay_as_they_are(text: str) -> None:
    assert names.signature(text) == text


@pytest.mark.parametrize(
    "text", ["", "(", "(;)", "(VARCHAR", "(VARCHAR,)", "(X;DROP/**/TABLE/**/Y)", "() --", "(A)\n", "(a)"]
)
def test_what_are_no_argument_types_is_refused(text: str) -> None:
    with pytest.raises(BadName, match="argument types"):
        names.signature(text)


def test_what_firn_makes_is_called_by_twelve_signs_of_its_id() -> None:
    assert names.derived_name("S_", "0123456789abcdef0123456789abcdef") == "S_0123456789AB"
