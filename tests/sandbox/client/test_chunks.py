"""Large results, which come in several pieces."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.sandbox.client.test_sessions import Raw
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server

ROWS = 90_000
COUNTED = (
    "WITH RECURSIVE R AS (SELECT 0 AS N UNION ALL SELECT N + 1 FROM R WHERE N < 299) "
    "SELECT A.N * 300 + B.N AS X FROM R A CROSS JOIN R B"
)
# Quotes, commas, brackets, letters of several bytes, line ends, nothing at all: what could break a cut-up text.
TEXT = "'q\"u,o]t[e ü漢😀\\\n\t' || X"
SQL = f"SELECT X, IFF(X % 3 = 0, NULL, {TEXT}) AS T, X / 2.5::FLOAT AS F FROM ({COUNTED}) WHERE X < {ROWS} ORDER BY X"


def wanted(number: int) -> tuple[int, str | None, float]:
    return number, None if number % 3 == 0 else f'q"u,o]t[e ü漢😀\n\t{number}', number / 2.5


def test_all_rows_come_in_order(admin: Client) -> None:
    rows = admin.rows(SQL)
    assert len(rows) == ROWS
    assert all(rows[n] == wanted(n) for n in range(ROWS))


def test_rows_can_be_fetched_piece_by_piece(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(SQL)
        assert cursor.rowcount == ROWS
        assert cursor.fetchone() == wanted(0)
        seen = 1
        while rows := cursor.fetchmany(7_001):
            assert rows == [wanted(n) for n in range(seen, seen + len(rows))]
            seen += len(rows)
    assert seen == ROWS


def test_a_large_result_can_be_fetched_later_by_its_id(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute_async(SQL)
        query = cursor.sfqid
        cursor.get_results_from_sfqid(query)
        assert [row[0] for row in cursor.fetchall()] == list(range(ROWS))


@pytest.fixture
def data(server: Server) -> dict[str, Any]:
    raw = Raw(server)
    raw.log_in()
    return dict(raw.query(SQL)["data"])


def fetch(url: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return bytes(answer.read())


def test_the_first_rows_are_inline_and_the_counts_add_up(data: dict[str, Any]) -> None:
    inside = len(data["rowset"])
    assert 0 < inside < ROWS
    assert inside + sum(chunk["rowCount"] for chunk in data["chunks"]) == data["total"] == data["returned"] == ROWS
    sizes = [chunk["uncompressedSize"] for chunk in data["chunks"]]
    assert len(sizes) > 1
    assert sizes[0] < sizes[1]


def test_a_chunk_needs_its_key_and_no_session(data: dict[str, Any]) -> None:
    chunk = data["chunks"][0]
    body = fetch(chunk["url"], data["chunkHeaders"])
    text = gzip.decompress(body)
    assert (len(body), len(text)) == (chunk["compressedSize"], chunk["uncompressedSize"])
    rows = json.loads(b"[" + text + b"]")
    assert (len(rows), rows[0][0]) == (chunk["rowCount"], str(len(data["rowset"])))


@pytest.mark.parametrize("change", ["key", "path", "number"])
def test_a_guess_gets_nothing(data: dict[str, Any], change: str) -> None:
    url = data["chunks"][0]["url"]
    wrong = {"key": url, "path": url.replace("/main/", "x/main/"), "number": url.replace("data_0_0_0", "data_0_0_99")}
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(wrong[change], {} if change == "key" else data["chunkHeaders"])
    with caught.value as error:
        assert error.code == 403


def test_a_small_result_has_no_chunks(server: Server) -> None:
    raw = Raw(server)
    raw.log_in()
    assert "chunks" not in raw.query("SELECT 1")["data"]
