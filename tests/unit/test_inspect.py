"""What Snowflake prints, read into values. The client here answers from a table; nothing else is pretended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shares.core.plan import plan
from shares.core.spec import Granted, ObservedFunction, ObservedView, Phase, ShareSpec, converged
from shares.core.steps import CreateView
from shares.snowflake import inspect, sql
from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from tests.unit.shapes import DATABASE, MARK, SHARE, airports, flights, punctuality, spec

WANTED = spec(airports(), flights(), punctuality())
Answer = list[dict[str, Any]] | SnowflakeError


class Answers:
    """A session that knows its answers by statement and refuses any other."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def run(self, text: str) -> Result:
        self.asked.append(text)
        answer = self.answers[text]
        if isinstance(answer, SnowflakeError):
            raise answer
        return Result(tuple(answer), "q", 1)

    def discard(self) -> None:
        raise AssertionError("an observation leaves nothing behind in the session")

    def close(self) -> None:
        raise AssertionError("an observation leaves the session open")


def created(text: str) -> str:
    return f"CREATE OR REPLACE SECURE VIEW {DATABASE}.{SHARE}.V\nCOPY GRANTS\nCOMMENT = '{MARK}'\nAS\n{text}"


def view_row(name: str, definition: str, **changes: object) -> dict[str, Any]:
    return {"name": name, "text": created(definition), "is_secure": "true", "comment": MARK, **changes}


def grant_row(privilege: str, kind: str, name: str) -> dict[str, Any]:
    return {"privilege": privilege, "granted_on": kind, "name": name, "granted_to": "SHARE"}


PREFIX = f"{DATABASE}.{SHARE}"
SHARE_ROW = {"kind": "OUTBOUND", "name": SHARE, "comment": MARK, "database_name": DATABASE, "to": "UNITED.ANALYTICS"}
FUNCTION_ROW = {
    "name": "PUNCTUALITY",
    "schema_name": SHARE,
    "arguments": "PUNCTUALITY(VARCHAR, NUMBER) RETURN FLOAT",
    "is_secure": "Y",
    "description": MARK,
}
DESCRIBE = f"DESCRIBE FUNCTION {PREFIX}.PUNCTUALITY(VARCHAR, NUMBER)"


def answers() -> dict[str, Answer]:
    return {
        sql.show_databases(DATABASE): [{"name": DATABASE}],
        sql.show_schemas(DATABASE, SHARE): [{"name": SHARE, "comment": MARK}],
        sql.show_views(DATABASE, SHARE): [view_row(v.name, v.definition) for v in WANTED.views],
        sql.show_functions(DATABASE, SHARE): [FUNCTION_ROW],
        DESCRIBE: [
            {"property": "signature", "value": "(PLACE VARCHAR, MONTH NUMBER)"},
            {"property": "body", "value": f"\n{punctuality().definition}\n"},
        ],
        sql.show_shares(SHARE): [SHARE_ROW],
        sql.show_grants_to_share(SHARE): [
            grant_row("USAGE", "DATABASE", DATABASE),
            grant_row("USAGE", "SCHEMA", PREFIX),
            grant_row("SELECT", "TABLE", f"{PREFIX}.AIRPORTS"),
            grant_row("SELECT", "VIEW", f"{PREFIX}.FLIGHTS"),
            grant_row("USAGE", "FUNCTION", f'{PREFIX}."PUNCTUALITY(PLACE VARCHAR, MONTH NUMBER):FLOAT"'),
        ],
        sql.show_grants_of_share(SHARE): [{"account": "UA12345"}],
    }


def observe(changes: dict[str, Answer] | None = None, wanted: ShareSpec = WANTED) -> tuple[Any, Answers]:
    client = Answers({**answers(), **(changes or {})})
    return inspect.observe(client, wanted), client


def test_a_healthy_share_is_observed_as_foretold() -> None:
    seen, _ = observe()
    assert seen == replace(converged(WANTED), mounted_by=("UA12345",))
    assert not plan(WANTED, seen)


def test_a_look_changes_nothing() -> None:
    _, client = observe()
    assert all(text.startswith(("SHOW ", "DESCRIBE ")) for text in client.asked)
    assert len(client.asked) == 8


def test_content_that_was_left_out_is_asked_for_where_it_may_be() -> None:
    client = Answers(answers())
    seen = inspect.observe(client, WANTED, inspect.begin(client, WANTED, inspect.CONTENT))
    assert seen == replace(converged(WANTED), mounted_by=("UA12345",))
    assert len(client.asked) == 8


def test_of_what_is_not_there_the_content_is_not_asked_for() -> None:
    client = Answers({**answers(), sql.show_schemas(DATABASE, SHARE): [], sql.show_shares(SHARE): []})
    seen = inspect.observe(client, WANTED, inspect.begin(client, WANTED, inspect.CONTENT))
    assert (seen.schema_comment, seen.views, seen.share, seen.grants) == (None, (), None, frozenset())
    assert len(client.asked) == 3


def test_readers_that_were_left_out_are_asked_for_where_an_account_is() -> None:
    client = Answers(answers())
    seen = inspect.observe(client, WANTED, inspect.begin(client, WANTED, inspect.READERS))
    assert seen.mounted_by == ("UA12345",)
    client = Answers({**answers(), sql.show_shares(SHARE): [{**SHARE_ROW, "to": ""}]})
    inspect.observe(client, WANTED, inspect.begin(client, WANTED, inspect.READERS))
    assert sql.show_grants_of_share(SHARE) not in client.asked


def test_a_missing_database_is_seen_with_what_is_left_of_the_share() -> None:
    missing = SnowflakeError(2003, f"Database '{DATABASE}' does not exist or not authorized.")
    content = [sql.show_schemas(DATABASE, SHARE), sql.show_views(DATABASE, SHARE), sql.show_functions(DATABASE, SHARE)]
    seen, _ = observe({sql.show_databases(DATABASE): [], **dict.fromkeys(content, missing)})
    assert not seen.database_exists
    assert seen.share is not None
    assert Granted("USAGE", "DATABASE", (DATABASE,)) in seen.grants


def test_a_missing_schema_has_no_content() -> None:
    missing = SnowflakeError(2003, f"Schema '{PREFIX}' does not exist or not authorized.")
    content = [sql.show_views(DATABASE, SHARE), sql.show_functions(DATABASE, SHARE)]
    seen, client = observe({sql.show_schemas(DATABASE, SHARE): [], **dict.fromkeys(content, missing)})
    assert (seen.schema_comment, seen.views, seen.functions) == (None, (), ())
    assert DESCRIBE not in client.asked


def test_a_schema_that_is_there_but_closed_to_firn_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(SnowflakeError, match="not authorized"):
        observe({sql.show_views(DATABASE, SHARE): SnowflakeError(2003, "Schema is not authorized.")})


def test_a_missing_share_has_no_grants_and_no_readers() -> None:
    missing = SnowflakeError(2003, f"Share '{SHARE}' does not exist or not authorized.")
    content = [sql.show_grants_to_share(SHARE), sql.show_grants_of_share(SHARE)]
    seen, _ = observe({sql.show_shares(SHARE): [], **dict.fromkeys(content, missing)})
    assert (seen.share, seen.grants, seen.mounted_by) == (None, frozenset(), ())


def test_a_share_without_accounts_cannot_be_mounted() -> None:
    seen, _ = observe({sql.show_shares(SHARE): [{**SHARE_ROW, "to": ""}]})
    assert seen.share.accounts == ()
    assert seen.mounted_by == ()


@pytest.mark.parametrize("name", ["FIRN_OUT2", "FIRN-OUT", "firn_out"])
def test_a_name_that_is_only_like_ours_is_not_ours(name: str) -> None:
    assert not observe({sql.show_databases(DATABASE): [{"name": name}]})[0].database_exists


def test_a_schema_and_a_share_that_are_only_like_ours_are_not_ours() -> None:
    like = SHARE.replace("_", "X")
    seen, _ = observe(
        {
            sql.show_schemas(DATABASE, SHARE): [{"name": like, "comment": "theirs"}, {"name": SHARE, "comment": None}],
            sql.show_shares(SHARE): [{**SHARE_ROW, "name": like, "comment": "theirs"}],
        }
    )
    assert seen.schema_comment == ""
    assert seen.share is None


def test_an_inbound_share_of_our_name_is_not_ours() -> None:
    assert observe({sql.show_shares(SHARE): [{**SHARE_ROW, "kind": "INBOUND"}]})[0].share is None


def test_empty_columns_are_empty_texts() -> None:
    row = {**SHARE_ROW, "comment": None, "database_name": None, "to": None}
    share = observe({sql.show_shares(SHARE): [row]})[0].share
    assert (share.comment, share.database, share.accounts) == ("", "", ())


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_a_view_of_ours_is_a_view_however_it_is_printed(kind: str) -> None:
    row = grant_row("SELECT", kind, f"{PREFIX}.FLIGHTS")
    seen, _ = observe({sql.show_grants_to_share(SHARE): [row]})
    assert seen.grants == {Granted("SELECT", "VIEW", (DATABASE, SHARE, "FLIGHTS"))}


def test_a_share_that_vanishes_between_two_looks_has_no_grants() -> None:
    assert observe({sql.show_grants_to_share(SHARE): SnowflakeError(2003, "gone")})[0].grants == frozenset()


def test_any_other_refusal_is_not_taken_for_no_grants() -> None:
    with pytest.raises(SnowflakeError, match="privileges"):
        observe({sql.show_grants_to_share(SHARE): SnowflakeError(3001, "privileges")})


def test_tables_are_looked_for_only_before_the_schema_goes() -> None:
    listed: dict[str, Answer] = {sql.show_schema_tables(DATABASE, SHARE): [{"name": "NOTES"}]}
    gone = replace(WANTED, phase=Phase.GONE)
    assert observe(listed, gone)[0].tables == ("NOTES",)
    assert observe(listed)[0].tables == ()
    assert observe({**listed, sql.show_schemas(DATABASE, SHARE): []}, gone)[0].tables == ()


def test_a_stranger_s_view_is_read_as_it_is() -> None:
    rows: Answer = [view_row("X", "", text="create view X as select 1", is_secure="false", comment=None)]
    seen, _ = observe({sql.show_views(DATABASE, SHARE): rows})
    assert seen.views == (ObservedView("X", "create view X as select 1", False, ""),)


def test_a_function_of_another_schema_is_not_ours() -> None:
    rows: Answer = [{**FUNCTION_ROW, "schema_name": "OTHER"}, {**FUNCTION_ROW, "schema_name": None}]
    seen, _ = observe({sql.show_functions(DATABASE, SHARE): rows})
    assert len(seen.functions) == 1


def test_a_function_without_a_visible_body_is_not_what_was_approved() -> None:
    rows: Answer = [{**FUNCTION_ROW, "is_secure": "N", "description": None}]
    seen, _ = observe(
        {sql.show_functions(DATABASE, SHARE): rows, DESCRIBE: [{"property": "returns", "value": "FLOAT"}]}
    )
    assert seen.functions == (ObservedFunction("PUNCTUALITY", "(VARCHAR, NUMBER)", "", False, ""),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ()),
        ("", ()),
        ("A.B", ("A.B",)),
        ("XY12345, YZ23456", ("XY12345", "YZ23456")),
        ("A.B,C.D", ("A.B", "C.D")),
        ('"A"."B", C.D', ("A.B", "C.D")),
        ("A.B, C.D, E.F, ... (4 TOTAL)", ("A.B", "C.D", "E.F")),
        ("TARGETED WITHIN ORGANIZATION", ("TARGETED WITHIN ORGANIZATION",)),
        (" , ", ()),
    ],
)
def test_accounts_are_read_from_show_shares(text: str | None, expected: tuple[str, ...]) -> None:
    assert inspect.accounts_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ""),
        (created("SELECT 1\nFROM T"), "SELECT 1\nFROM T"),
        (created("SELECT 1\nFROM (\nSELECT 2\nAS\nX)"), "SELECT 1\nFROM (\nSELECT 2\nAS\nX)"),
        ("CREATE VIEW V AS SELECT 1", "CREATE VIEW V AS SELECT 1"),
        ("CREATE VIEW V\nas\nSELECT 1", "CREATE VIEW V\nas\nSELECT 1"),
        ("CREATE VIEW V\nAS SELECT 1", "CREATE VIEW V\nAS SELECT 1"),
    ],
)
def test_a_definition_is_what_follows_the_first_lonely_as(text: str | None, expected: str) -> None:
    assert inspect.definition_in(text) == expected


def test_a_definition_survives_its_own_rendering() -> None:
    view = flights("it's\nAS\nSELECT *")
    text = sql.render(CreateView((DATABASE, SHARE, "FLIGHTS"), view, MARK, replace=True))
    assert inspect.definition_in(text) == view.definition


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("TRUE", True),
        ("Y", True),
        ("YES", True),
        (True, True),
        ("false", False),
        ("N", False),
        ("NO", False),
        ("", False),
        (None, False),
        (False, False),
    ],
)
def test_yes_is_said_in_many_ways(value: object, expected: bool) -> None:
    assert inspect.is_true(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F()", "()"),
        ("F( )", "()"),
        ("F", "()"),
        ("F() RETURN TABLE (X NUMBER)", "()"),
        ("F(VARCHAR) RETURN X", "(VARCHAR)"),
        ("F(X NUMBER(38,0), VARCHAR) RETURN X", "(NUMBER, VARCHAR)"),
        ("F(A NUMBER(38,0), B VARCHAR(20)):TABLE (X NUMBER(38,0))", "(NUMBER, VARCHAR)"),
        ("F(VARCHAR, DEFAULT NUMBER) RETURN X", "(VARCHAR, NUMBER)"),
        ("F(a string, b int)", "(VARCHAR, NUMBER)"),
        ("F(VECTOR(FLOAT, 256), ARRAY)", "(VECTOR, ARRAY)"),
        ("F(A VARCHAR", "(VARCHAR)"),
        ("F((38))", "()"),
    ],
)
def test_a_signature_is_the_argument_types(text: str, expected: str) -> None:
    assert inspect.signature_in(text) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (grant_row("USAGE", "DATABASE", "D"), Granted("USAGE", "DATABASE", ("D",))),
        (grant_row("usage", "schema", 'D."s t"'), Granted("USAGE", "SCHEMA", ("D", "s t"))),
        (grant_row("SELECT", "TABLE", "D.S.T"), Granted("SELECT", "TABLE", ("D", "S", "T"))),
        (grant_row("SELECT", "EXTERNAL TABLE", "D.S.T"), Granted("SELECT", "EXTERNAL_TABLE", ("D", "S", "T"))),
        (grant_row("SELECT", "EXTERNAL_TABLE", "D.S.T"), Granted("SELECT", "EXTERNAL_TABLE", ("D", "S", "T"))),
        (grant_row("USAGE", "DATABASE_ROLE", "D.R"), Granted("USAGE", "DATABASE_ROLE", ("D", "R"))),
        (
            grant_row("USAGE", "FUNCTION", 'D.S."F(X NUMBER(38,0), Y VARCHAR):NUMBER(38,0)"'),
            Granted("USAGE", "FUNCTION", ("D", "S", "F(NUMBER, VARCHAR)")),
        ),
        (grant_row("USAGE", "FUNCTION", 'D.S."F():FLOAT"'), Granted("USAGE", "FUNCTION", ("D", "S", "F()"))),
        (grant_row("USAGE", "FUNCTION", "D.S.F(VARCHAR)"), Granted("USAGE", "FUNCTION", ("D", "S", "F(VARCHAR)"))),
        (grant_row("USAGE", "FUNCTION", "D.S.F"), Granted("USAGE", "FUNCTION", ("D", "S", "F()"))),
    ],
)
def test_a_grant_is_read_from_its_row(row: dict[str, Any], expected: Granted) -> None:
    assert inspect.granted_in(row) == expected


def test_only_a_view_that_was_seen_turns_a_table_into_a_view() -> None:
    row = grant_row("SELECT", "TABLE", "D.S.T")
    assert inspect.granted_in(row, {("D", "S", "T")}).kind == "VIEW"
    assert inspect.granted_in(row, {("D", "S", "U")}).kind == "TABLE"
