"""Who is named with an @."""

from __future__ import annotations

import pytest

from shares.core.mentions import mentioned

NAMES = {
    1: "Ada Lovelace",
    2: "Ada Moreno",
    3: "Dan",
    4: "Dan Okafor",
    5: "Željko Šimić",
    6: "نور الدين",
    7: "",
    8: "dan",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ada Lovelace, is it for you?", {1}),
        ("(@ada\n  lovelace)", {1}),
        ("@Ada?", set()),
        ("@Ada Love", set()),
        ("@Dan please", {3, 8}),
        ("@Dan Okafor please", {4}),
        ("@dan's", {3, 8}),
        ("@Danny", set()),
        ("@Željko and @نور الدين", {5, 6}),
        ("write to ada@dan.test or x@Ada Moreno", set()),
        ("Dan, Ada Lovelace", set()),
        ("@", set()),
        ("@@Ada Moreno", {2}),
        ("", set()),
    ],
)
def test_a_name_counts_whole_or_by_a_first_word_that_is_nobody_else_s(text: str, found: set[int]) -> None:
    assert mentioned(text, NAMES) == found
