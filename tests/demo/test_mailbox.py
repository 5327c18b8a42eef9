"""The mailbox over real SMTP and HTTP: what comes is kept, and a mail's HTML can do nothing."""

from __future__ import annotations

import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

import pytest

from demo.mailbox.store import Store
from demo.postbox import Postbox
from tests.demo.runs import PROJECT

pytestmark = pytest.mark.nodb


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[int, str]]:
    """Port for mail, and the pages' address."""
    command = [sys.executable, "-m", "demo.mailbox", "--dir", str(tmp_path / "mails")]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.match(r"mailbox: smtp://127\.0\.0\.1:(\d+) (http://\S+)\n", process.stdout.readline())
        assert found is not None
        yield int(found[1]), found[2]
        process.terminate()
    assert process.returncode == 0


def send(port: int, subject: str = "Hello", to: str = "Dan@sky.example", html: str = "") -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "firn@sky.example", to
    message.set_content("-- Mount it once\nCREATE DATABASE X;\n\n    ABCD2345\n\nhttp://portal/approvals/1/\n")
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(message)


def read(address: str) -> tuple[str, str]:
    """A page's text and its content security policy."""
    with urlopen(address, timeout=10) as answer:
        return answer.read().decode(), answer.headers["Content-Security-Policy"] or ""


def test_what_comes_is_kept_on_disk(mailbox: tuple[int, str], tmp_path: Path) -> None:
    send(mailbox[0], "First")
    send(mailbox[0], "Second")
    assert [mail.subject for mail in Store(tmp_path / "mails").newest_first()] == ["Second", "First"]


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    assert Store(tmp_path).add("a@x", ["b@x"], b"Subject: one\r\n\r\n").number == 1
    assert Store(tmp_path).add("a@x", ["b@x"], b"Subject: two\r\n\r\n").number == 2


def test_a_program_reads_link_code_and_sql(mailbox: tuple[int, str]) -> None:
    send(mailbox[0])
    letter = Postbox(mailbox[1], "dan@sky.example").wait("CREATE", after=0, seconds=5)
    assert letter.link("/approvals/") == "http://portal/approvals/1/"
    assert letter.code() == "ABCD2345"
    assert list(letter.snippets()) == ["CREATE DATABASE X"]


def test_the_list_shows_one_address_or_all(mailbox: tuple[int, str]) -> None:
    send(mailbox[0], "For Dan")
    send(mailbox[0], "For Eve", to="eve@sky.example")
    assert "For Dan" in read(mailbox[1] + "/")[0]
    assert "For Dan" not in read(mailbox[1] + "/?to=eve@sky.example")[0]


def test_a_subject_is_only_text(mailbox: tuple[int, str]) -> None:
    send(mailbox[0], "<script>alert(1)</script>")
    text, policy = read(mailbox[1] + "/")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_html_is_framed_without_any_rights(mailbox: tuple[int, str]) -> None:
    send(mailbox[0], html="<html><head></head><body><script>alert(1)</script><p>Hi</p></body></html>")
    page, _ = read(mailbox[1] + "/mails/1")
    assert '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mails/1/html"' in page
    assert "<p>Hi</p>" not in page
    html, policy = read(mailbox[1] + "/mails/1/html")
    assert "<p>Hi</p>" in html
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
