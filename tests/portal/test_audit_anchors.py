"""Anchors: what a log that was cut off and sealed anew by somebody with the key cannot hide."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal import spreadsheets
from portal.audit import anchors, chain
from portal.audit.models import Anchor, AuditEntry, AuditHead
from portal.audit.record import record
from portal.mail import send
from portal.mail.models import Outgoing
from portal.people.models import User
from tests.portal.conftest import Mailbox
from tests.portal.test_audit import AWAY, disarm, entries, sql

pytestmark = pytest.mark.django_db


def cut_off(keep: int) -> None:
    """Remove the newest entries and seal the head anew, as only somebody with SECRET_KEY can."""
    disarm()
    kept = list(AuditEntry.objects.order_by("id")[:keep])
    for entry in AuditEntry.objects.exclude(pk__in=[one.pk for one in kept]):
        sql(AWAY, entry.pk)
    head = AuditHead(entries=keep, mac=kept[-1].mac)
    head.seal = chain.head_seal(head)
    head.save(force_update=True)


def verify(*files: Path) -> str:
    out = StringIO()
    call_command("audit", "verify", *[f"--anchors={file}" for file in files], stdout=out, stderr=out)
    return out.getvalue()


def test_a_log_cut_off_with_the_key_is_found_by_its_anchor() -> None:
    entries()
    anchor = anchors.current()
    assert anchor is not None
    cut_off(3)
    assert list(chain.faults()) == []
    assert list(chain.faults([anchor])) == ["an anchor counts 5 entries and only 3 are there: the newest were removed"]


def test_a_log_written_anew_with_the_key_is_found_by_its_anchor() -> None:
    entries()
    anchor = anchors.current()
    assert anchor is not None
    cut_off(3)
    record("test.invented")
    record("test.invented")
    assert list(chain.faults()) == []
    assert ["the anchor after 5 entries" in fault for fault in chain.faults([anchor])] == [True]


def test_a_longer_log_agrees_with_older_anchors() -> None:
    entries(2)
    first = anchors.current()
    record("test.more")
    second = anchors.current()
    assert first
    assert second
    assert list(chain.faults([first, second])) == []


def test_two_anchors_that_contradict_each_other_are_a_fault() -> None:
    entries(2)
    true = anchors.current()
    assert true is not None
    assert list(chain.faults([true, Anchor(2, "0" * 64)]))


def test_the_anchor_leaves_by_mail_once_a_day_and_the_mail_checks_the_log(
    mailbox: Mailbox, settings: Settings, tmp_path: Path
) -> None:
    settings.FIRN_AUDIT_ANCHOR_TO = ["evidence@audit.test", "second@audit.test"]
    entries()
    assert anchors.send_due() == 2
    record("test.later")
    assert anchors.send_due() == 0
    for mail in Outgoing.objects.filter(kind="audit-anchor"):
        assert send.deliver(mail.pk)
    file = tmp_path / "anchor.eml"
    file.write_bytes(mailbox.mails[0].as_bytes())
    assert "whole: 6 entries, and agrees with" in verify(file)
    cut_off(4)
    with pytest.raises(CommandError, match="not whole"):
        verify(file)


def test_it_is_written_in_the_language_that_the_reader_chose(settings: Settings) -> None:
    User.objects.create(email="evidence@audit.test", language="it")
    settings.FIRN_AUDIT_ANCHOR_TO = ["evidence@audit.test"]
    entries()
    anchors.send_due()
    mail = Outgoing.objects.get(kind="audit-anchor")
    assert mail.subject.startswith("Àncora del registro di controllo del ")
    assert "Il registro di controllo ha 5 voci. Questa riga dice com’era:" in mail.text
    assert anchors.found_in(mail.text) == [anchors.current()]


def test_nothing_is_sent_where_nobody_is_named_or_nothing_happened(settings: Settings) -> None:
    settings.FIRN_AUDIT_ANCHOR_TO = ["evidence@audit.test"]
    assert anchors.send_due() == 0
    entries()
    settings.FIRN_AUDIT_ANCHOR_TO = []
    assert anchors.send_due() == 0


def test_a_file_without_an_anchor_is_refused_in_words(tmp_path: Path) -> None:
    entries(1)
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(CommandError, match="has no anchor"):
        verify(tmp_path / "notes.txt")
    with pytest.raises(CommandError, match="cannot be read"):
        verify(tmp_path / "gone.txt")


def exported(*options: str) -> str:
    out = StringIO()
    call_command("audit", "export", *options, stdout=out)
    return out.getvalue()


def test_export_as_json_lines_has_every_field() -> None:
    made = entries(2)
    rows = [json.loads(line) for line in exported().splitlines()]
    assert [row["id"] for row in rows] == [entry.pk for entry in made]
    assert rows[0]["data"] == {"n": 0, "x": 100000}
    assert rows[1]["previous_mac"] == rows[0]["mac"]


def test_no_cell_of_the_csv_is_a_formula() -> None:
    for start in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"):
        record(f"{start}.done", data={"note": start})
    table = list(csv.reader(StringIO(exported("--format=csv"), newline="")))
    assert len(table) == 8
    cells = [cell for row in table for cell in row]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("text", ["x;=1", "x; =1", "x\t=1", "x\n=1", 'x;"=1"', "x;\uff1d1", "x;;-1"])
def test_no_cell_is_a_formula_where_others_separate_the_cells(text: str) -> None:
    _, line = spreadsheets.lines(["note"], [[text]])
    cells = re.split(r"[;\t\n]", line.strip())
    assert [cell for cell in cells if cell.lstrip(' "').startswith(("=", "-", "\uff1d"))] == []


def test_what_stands_between_semicolons_stays_as_it_is() -> None:
    assert spreadsheets.cell("one; two - three;\n4") == "one; two - three;\n4"


def test_export_narrows_to_days_and_to_a_customer() -> None:
    made = entries(2)
    record("test.of_nobody")
    day = made[0].at.date().isoformat()
    assert len(exported("--organization=united").splitlines()) == 2
    assert len(exported(f"--since={day}", f"--until={day}").splitlines()) == 3
    assert exported("--until=2020-01-01") == ""
    with pytest.raises(CommandError, match="no customer has the short name"):
        exported("--organization=nobody")
