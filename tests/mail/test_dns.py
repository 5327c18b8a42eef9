"""`manage.py mail check` against a real name server on this machine: what fits, what does not, and silence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

GOOD = {
    "shares.sky.test.": ['"v=spf1 ip4:127.0.0.1 -all"', '"unrelated=1"'],
    # Longer than the 255 bytes of one string.
    "firn._domainkey.shares.sky.test.": ['"v=DKIM1; k=rsa; " "p=MIIBIjANBg' + "A" * 200 + '" "kqhkiG9w0BAQEF"'],
    "_dmarc.shares.sky.test.": ['"v=DMARC1; p=reject; rua=mailto:a@sky.test"'],
}


class NameServer:
    """Answers TXT questions from `zone` over UDP; `rcode` other than 0 stands for trouble, None for silence."""

    def __init__(self) -> None:
        self.zone = dict(GOOD)
        self.rcode: int | None = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                wire, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            if self.rcode is not None:
                self.socket.sendto(self._answer(wire), sender)

    def _answer(self, wire: bytes) -> bytes:
        answer = dns.message.make_response(dns.message.from_wire(wire), recursion_available=True)
        name = answer.question[0].name.to_text()
        if self.rcode:
            answer.set_rcode(dns.rcode.Rcode(self.rcode))
        elif name in self.zone:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *self.zone[name]))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_HOST = "Firn <firn@shares.sky.test>", "127.0.0.1"
    server = NameServer()
    yield server
    server.socket.close()


def check(names: NameServer, capsys: pytest.CaptureFixture[str], **options: str) -> list[str]:
    call_command("mail", "check", dns=names.address, **options)
    told = capsys.readouterr().out.partition("What is published:\n")[2]
    return [line.strip() for line in told.splitlines() if ": " in line and not line.startswith("    ")]


def test_what_is_published_as_it_should_be_fits(names: NameServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(names, capsys) == [
        "SPF: ok, names our server",
        "DKIM: ok, a key is published",
        "DMARC: ok, forgeries are told apart (p=reject)",
    ]


@pytest.mark.parametrize(
    ("name", "texts", "told"),
    [
        ("shares.sky.test.", None, "SPF: TO DO, nothing is published"),
        ("shares.sky.test.", ['"v=spf10 -all"'], "SPF: TO DO, nothing is published"),
        (
            "shares.sky.test.",
            ['"v=spf1 -all"', '"v=spf1 ~all"'],
            "SPF: TO DO, there are 2, which receivers take for none",
        ),
        ("shares.sky.test.", ['"v=spf1 ip4:127.0.0.1 +all"'], "SPF: TO DO, it lets everybody send (all)"),
        (
            "shares.sky.test.",
            ['"v=spf1 ip4:127.0.0.1"'],
            "SPF: TO DO, it does not end in -all or ~all, so it forbids nobody",
        ),
        (
            "shares.sky.test.",
            ['"v=spf1 ip4:192.0.2.7 -all"'],
            "SPF: TO DO, it does not name our server (ip4:127.0.0.1)",
        ),
        (
            "shares.sky.test.",
            ['"v=spf1 include:_spf.mail.test ~all"'],
            "SPF: ok, does not name our server itself; what it includes may, and the probe shows it",
        ),
        ("firn._domainkey.shares.sky.test.", None, "DKIM: TO DO, nothing is published"),
        ("firn._domainkey.shares.sky.test.", ['"v=DKIM1; p="'], "DKIM: TO DO, the key was taken back (p= is empty)"),
        ("_dmarc.shares.sky.test.", None, "DMARC: TO DO, nothing is published"),
        (
            "_dmarc.shares.sky.test.",
            ['"v=DMARC1; p=none"'],
            "DMARC: TO DO, p=none only watches: receivers still take forgeries",
        ),
        ("_dmarc.shares.sky.test.", ['"v=DMARC1; rua=mailto:a@sky.test"'], "DMARC: TO DO, it has no policy (p=)"),
    ],
)
def test_what_does_not_fit_is_named(
    names: NameServer, capsys: pytest.CaptureFixture[str], name: str, texts: list[str] | None, told: str
) -> None:
    names.zone.pop(name)
    if texts:
        names.zone[name] = texts
    found = check(names, capsys)
    assert told in found
    assert len([line for line in found if ": ok, " in line]) == (3 if ": ok, " in told else 2)


def test_the_record_of_the_domain_above_counts(names: NameServer, capsys: pytest.CaptureFixture[str]) -> None:
    names.zone["_dmarc.sky.test."] = names.zone.pop("_dmarc.shares.sky.test.")
    assert "DMARC: ok, forgeries are told apart (p=reject)" in check(names, capsys)


def test_another_key_is_looked_for_by_its_name(names: NameServer, capsys: pytest.CaptureFixture[str]) -> None:
    names.zone["pm._domainkey.shares.sky.test."] = names.zone.pop("firn._domainkey.shares.sky.test.")
    assert "DKIM: TO DO, nothing is published" in check(names, capsys)
    assert "DKIM: ok, a key is published" in check(names, capsys, selector="pm")


@pytest.mark.parametrize("rcode", [None, dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_silence_is_said_and_stops_nothing(
    names: NameServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rcode: int | None
) -> None:
    monkeypatch.setattr("portal.mail.dns.TIMEOUT_S", 0.5)
    names.rcode = rcode
    (line,) = check(names, capsys)
    assert line.startswith("DNS did not answer, so nothing is known: ")


def test_what_is_no_name_server_is_refused() -> None:
    with pytest.raises(CommandError, match="--dns is not the address"):
        call_command("mail", "check", dns="ns.sky.test")
