"""What the first line of a reply decides, and what of a mail is somebody's own words."""

from __future__ import annotations

import pytest

from shares.core.answers import LONGEST_REASON, Read, read, unquoted

APPROVE, UNDO = Read("approve", ""), Read("undo", "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("approve", APPROVE),
        ("  Approved  ", APPROVE),
        ("APPROVO", APPROVE),
        ("approvato!", APPROVE),
        ("approve.", APPROVE),
        ("approve , with pleasure", APPROVE),
        ("undo", UNDO),
        ("Annulla.", UNDO),
        ("decline: not yours", Read("decline", "not yours")),
        ("Declined : see\nbelow ", Read("decline", "see\nbelow")),
        ("rifiuto:no", Read("decline", "no")),
        ("RIFIUTATO: x: y", Read("decline", "x: y")),
    ],
)
def test_a_word_that_stands_alone_decides(line: str, expected: Read) -> None:
    assert read(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "", "approve only if …", "approve?", "approve: yes", "undo: yes", "I approve", "approve;", "approve - yes",
        "apprové", "ápprove", "ok", "decline", "decline.", "decline, not yours", "decline:", "decline:  ", "undo it",
        "annulla?", "12", ": no",
    ],
)  # fmt: skip
def test_what_leaves_room_for_doubt_is_no_decision(line: str) -> None:
    assert read(line) is None


def test_a_long_reason_is_cut() -> None:
    assert read(f"decline: {'a' * LONGEST_REASON}b") == Read("decline", "a" * LONGEST_REASON)


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        ("", ""),
        ("Yes.", "Yes."),
        ("\n Yes.  \n\nNo.\n\n", "Yes.\n\nNo."),
        ("Yes.\n> old", "Yes."),
        ("Yes.\n  > old\nbelow", "Yes."),
        ("> old\nbelow", ""),
        ("Yes.\n--\nAda", "Yes."),
        ("Yes.\n-- \nAda", "Yes."),
        ("Yes.\n -- Ada", "Yes.\n -- Ada"),
        ("Yes.\n\nOn Monday, Firn wrote:\n> x", "Yes."),
        ("On Monday it is.", "On Monday it is."),
        ("Fine.\n________________\nFrom: Firn", "Fine."),
        ("Yes.\n_____\nFrom", "Yes."),
        ("Yes.\n____", "Yes.\n____"),
        ("Yes.\n---\nold", "Yes."),
        ("Yes.\nOn Monday Firn wrote:\nold", "Yes."),
        ("Yes.\nOn Monday Firn wrote", "Yes.\nOn Monday Firn wrote"),
        ("Yes.\nIl 3 maggio Firn ha scritto:\nold", "Yes."),
        ("Yes.\nAm Montag schrieb Firn:\nold", "Yes."),
        ("Yes.\nLe lundi Firn a écrit:\nold", "Yes."),
        ("Yes.\nEl lunes Firn escribió:\nold", "Yes."),
        ("Yes.\nFrom: Firn", "Yes."),
        ("Yes.\nDa: Firn", "Yes."),
        ("Yes.\nVon: Firn", "Yes."),
        ("Yes.\nDe: Firn", "Yes."),
        ("Yes.\nTo: Firn", "Yes.\nTo: Firn"),
        ("5 > 4\nOnly so.", "5 > 4\nOnly so."),
    ],
)
def test_what_was_written_above_the_quoted_mail_is_kept(mail: str, own: str) -> None:
    assert unquoted(mail) == own
