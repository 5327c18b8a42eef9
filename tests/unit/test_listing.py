"""All shares of an account in a few statements, also when there are more than SHOW can print at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shares.core import prints
from shares.snowflake import inspect, listing, sql
from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError

PAGE = 4
VIEWS = ["FLIGHTS", "PLANES"]


def view(schema: str, name: str) -> dict[str, Any]:
    text = {"text": "AS\nSELECT 1", "is_secure": "true", "comment": "m"}
    return {"schema_name": schema, "name": name, "created_on": "t", **text}


class Account:
    """An account with shares S_0, S_1, …, each with the same views; SHOW prints PAGE rows at most, in order."""

    def __init__(self, shares: int, views: list[str] = VIEWS) -> None:
        names = sorted(f"S_{number}" for number in range(shares))
        self.shares = [
            {"kind": "OUTBOUND", "name": n, "comment": n, "database_name": "OUT", "to": "A.B", "created_on": "t"}
            for n in names
        ]
        self.views = [view(schema, name) for schema in names for name in views]
        self.sent: list[str] = []

    def run(self, text: str) -> Result:
        self.sent.append(text)
        return Result(tuple(self._answer(text)), "q", 1)

    def _answer(self, text: str) -> list[dict[str, Any]]:
        if text.startswith("SHOW SHARES"):
            after = re.search(r"FROM '(\w+)'", text)
            return [row for row in self.shares if not after or row["name"] > after[1]][:PAGE]
        if text.startswith("SHOW VIEWS"):
            like = re.search(r"LIKE '(\w+)'", text)
            found = [row for row in self.views if not like or row["name"] == like[1]]
            if len(found) > PAGE and not text.endswith(f" LIMIT {PAGE}"):
                raise SnowflakeError(90153, "The result set size exceeded the max number of rows(4). Use LIMIT option")
            return found[:PAGE]
        beyond = re.search(r"TABLE_SCHEMA > '(\w+)'", text)
        assert beyond, text
        return [row for row in self.views if row["schema_name"] > beyond[1]]

    def discard(self) -> None:
        raise AssertionError("not asked for")

    def close(self) -> None:
        raise AssertionError("not asked for")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "PAGE", PAGE)


def whole(account: Account) -> dict[str, str]:
    """What should come out, straight from the rows."""
    return {
        row["name"]: prints.together(
            [prints.of_share(inspect.share_in(row))]
            + [prints.of_view(inspect.view_in(v)) for v in account.views if v["schema_name"] == row["name"]]
        )
        for row in account.shares
    }


@pytest.mark.parametrize("shares", [0, 1, 3, 4, 5, 9, 12])
@pytest.mark.parametrize("views", [["FLIGHTS"], VIEWS])
def test_no_share_and_no_view_is_missed_however_many_there_are(shares: int, views: list[str]) -> None:
    account = Account(shares, views)
    assert listing.listed(account, "OUT", "S_", views, functions=False).prints == whole(account)


def test_few_shares_take_two_statements() -> None:
    account = Account(1)
    listing.listed(account, "OUT", "S_", VIEWS, functions=False)
    assert account.sent == ["SHOW SHARES STARTS WITH 'S_' LIMIT 4", "SHOW VIEWS IN DATABASE OUT LIMIT 4"]


def test_a_view_whose_name_is_only_like_ours_is_not_counted_twice() -> None:
    account = Account(3, ["A_B", "AXB"])
    seen = listing.listed(account, "OUT", "S_", ["A_B", "AXB"], functions=False)
    assert seen.prints == whole(account)


def test_an_inbound_share_is_not_ours() -> None:
    account = Account(1, [])
    account.shares[0]["kind"] = "INBOUND"
    assert listing.listed(account, "OUT", "S_", [], functions=False) == listing.Listing({}, {})


def test_marks_are_told_with_the_names_that_carry_them() -> None:
    account = Account(2, ["FLIGHTS"])
    seen = listing.listed(account, "OUT", "S_", ["FLIGHTS"], functions=False)
    assert seen.comments == {"S_0": "S_0", "S_1": "S_1", "m": "S_0"}


class Columns:
    def __init__(self, answers: dict[str, list[dict[str, Any]] | SnowflakeError]) -> None:
        self.answers = answers
        self.sent: list[str] = []

    def run(self, text: str) -> Result:
        self.sent.append(text)
        answer = self.answers[text]
        if isinstance(answer, SnowflakeError):
            raise answer
        return Result(tuple(answer), "q", 1)

    def discard(self) -> None:
        raise AssertionError("not asked for")

    def close(self) -> None:
        raise AssertionError("not asked for")


def column(table: str, name: str) -> dict[str, Any]:
    return {"table_name": table, "column_name": name, "data_type": "T"}


def test_columns_take_one_statement_a_schema() -> None:
    client = Columns({"SHOW COLUMNS IN SCHEMA L.N": [column("A", "X"), column("B", "Y"), column("C", "Z")]})
    found = listing.columns(client, [("L", "N", "A"), ("L", "N", "B"), ("L", "N", "GONE")])
    assert found == {("L", "N", "A"): {"X": "T"}, ("L", "N", "B"): {"Y": "T"}}
    assert len(client.sent) == 1


def test_a_schema_that_is_gone_has_no_columns() -> None:
    for code in (2003, 2043):
        assert (
            listing.columns(Columns({"SHOW COLUMNS IN SCHEMA L.N": SnowflakeError(code, "gone")}), [("L", "N", "A")])
            == {}
        )


def test_where_a_schema_has_more_columns_than_are_shown_each_source_is_asked_for() -> None:
    """The first four of five: of B, what was answered is not all."""
    a, b = [column("A", name) for name in "WXY"], [column("B", name) for name in "XY"]
    client = Columns(
        {
            "SHOW COLUMNS IN SCHEMA L.N": [*a, b[0]],
            "SHOW COLUMNS IN TABLE L.N.A": a,
            "SHOW COLUMNS IN TABLE L.N.B": SnowflakeError(2003, "not a table"),
            "SHOW COLUMNS IN VIEW L.N.B": list(b),
            "SHOW COLUMNS IN TABLE L.N.GONE": SnowflakeError(2003, "gone"),
            "SHOW COLUMNS IN VIEW L.N.GONE": SnowflakeError(2003, "gone"),
        }
    )
    found = listing.columns(client, [("L", "N", name) for name in ("A", "B", "GONE")])
    assert found == {("L", "N", "A"): dict.fromkeys("WXY", "T"), ("L", "N", "B"): dict.fromkeys("XY", "T")}


def test_any_other_refusal_is_not_taken_for_nothing() -> None:
    with pytest.raises(SnowflakeError):
        listing.columns(Columns({"SHOW COLUMNS IN SCHEMA L.N": SnowflakeError(6, "?")}), [("L", "N", "A")])
