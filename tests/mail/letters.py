"""Replies as other programs write them: one that is valid, and some two hundred that must not count."""

# ruff: noqa: E501, RUF001 - what forgers write is long, and looks like something else
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from portal.mail.letters import LARGEST

SERVER = "mx.firn.test"
PASS = f"{SERVER}; spf=pass smtp.mailfrom=sky.test; dkim=pass header.d=sky.test; dmarc=pass header.from=sky.test"
QUOTE = (
    "\n\nOn Thu, 26 Nov 2026 at 09:12, Firn <firn@localhost> wrote:\n> United asks for Fleet\n> approve or decline\n"
)


@dataclass(frozen=True)
class Reply:
    """`results` are the Authentication-Results from the top down; `more` further headers."""

    to: str
    body: str = "approve" + QUOTE
    sender: str = "Dan <dan@sky.test>"
    results: tuple[str, ...] = (PASS,)
    more: tuple[tuple[str, str], ...] = ()
    kind: str = "text/plain; charset=utf-8"
    id: str = field(default="")

    def raw(self, number: int) -> bytes:
        heads = [("Return-Path", "<dan@sky.test>"), *(("Authentication-Results", text) for text in self.results)]
        heads += [("From", self.sender), ("To", self.to), ("Subject", "Re: United asks for Fleet")]
        heads += [("Message-ID", self.id or f"<{number}@sky.test>"), ("Content-Type", self.kind), *self.more]
        own = {name for name, _text in self.more}
        shown = [(name, text) for at, (name, text) in enumerate(heads) if name not in own or (name, text) in self.more]
        return "".join(f"{name}: {text}\r\n" for name, text in shown).encode() + b"\r\n" + self.body.encode()


def valid(to: str) -> Iterator[Reply]:
    plain = Reply(to)
    for first in ("approve", "Approve", "APPROVE.", "approved", "approve, thanks", "Approvo", "approvato!"):
        yield replace(plain, body=first + QUOTE)
    for first in ("decline: not this year", "Declined: they have not paid", "rifiuto: manca il contratto"):
        yield replace(plain, body=first + QUOTE)
    yield replace(plain, body="\r\n\r\n   approve\r\n")
    # The answer below what it answers.
    yield replace(plain, body="> United asks for Fleet\n> approve or decline\n\napprove\n")
    yield replace(plain, to=f"Somebody <x@sky.test>, Firn <{to}>")
    yield replace(plain, results=(PASS.replace("; spf", " 1; spf"), f"{SERVER}; dmarc=fail header.from=sky.test"))
    yield replace(plain, results=(f'{SERVER} (checked "here"); dmarc=pass (p=reject (dis=none)) header.from=sky.test',))
    yield replace(plain, more=(("Auto-Submitted", "no"),))
    mixed = "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\napprove\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n--b--"
    yield replace(plain, kind="multipart/alternative; boundary=b", body=mixed)


# "I approve", "approved by me", out of office … in ten languages; only English and Italian words decide.
TONGUES = (
    "genehmigt", "approuvé", "aprobar", "aprovar", "goedkeuren", "zatwierdzam", "godkänn", "одобряю", "承認", "موافق", "批准",
    "ich genehmige", "j’approuve", "apruebo", "aprovo", "akkoord", "zgoda", "godkjent", "утверждаю", "승인", "מאשר", "同意",
    "Ich bin bis Montag nicht im Büro.", "Je suis absent jusqu’à lundi.", "Estoy fuera de la oficina.",
    "Estou fora do escritório.", "Ik ben afwezig.", "Jestem poza biurem.", "Jag är inte på kontoret.", "Меня нет в офисе.",
    "不在にしております。", "أنا خارج المكتب", "Sono fuori ufficio fino a lunedì.", "I am out of the office. approve",
)  # fmt: skip
UNCLEAR = (
    "", "   ", "yes", "ok", "+1", "lgtm", "I approve", "please approve", "approve?", "approve only if they pay",
    "approve not", "approve: Flights", "do not approve", "disapprove", "approveall", "ap prove", "approve/decline",
    "decline", "decline:", "decline :  ", "decline this", "rifiuto", "Not yet.", "аpprove", "ａｐｐｒｏｖｅ", "approve\u202e",
    "\u200bapprove", "app\u200brove", "-----Original Message-----\napprove", "From: Firn\napprove", "Hello,\napprove",
    "> approve", ">approve\n> approve", "| approve", "On Monday Firn wrote:\n> x\n\napprove", "<b>approve</b>",
    "undo", "annulla", "approve;drop", "approve & decline: x", "1. approve", "vote approve", "\x00approve", "\x07approve",
)  # fmt: skip
SENDERS = (
    "ada@ua.test", "eve@sky.test", "mallory@evil.test", '"dan@sky.test" <mallory@evil.test>', "dan@sky.test.evil.test",
    "dan@sky.test, mallory@evil.test", "dan@sky.test <mallory@evil.test>", "Dan <dan@sky.test> <mallory@evil.test>",
    "dan@sky.tеst", "dan+x@sky.test", "d.an@sky.test", "dan@mail.sky.test", "", "<>", "Dan", "dan@sky.test\r\nFrom: ada@ua.test",
    "dan(comment)@evil.test", "=?utf-8?q?dan=40sky.test?= <mallory@evil.test>", "undisclosed:;", "@sky.test",
)  # fmt: skip
FORGED = (
    (), ("",), ("none",), (f"{SERVER}; none",), (f"{SERVER}; dmarc=fail header.from=sky.test",),
    (f"{SERVER}; dmarc=none header.from=sky.test",), (f"{SERVER}; dmarc=bestguesspass header.from=sky.test",),
    (f"{SERVER}; dmarc=temperror header.from=sky.test",), (f"{SERVER}; spf=pass smtp.mailfrom=sky.test",),
    (f"{SERVER}; dkim=pass header.d=sky.test",), (f"{SERVER}; dmarc=pass",), (f"{SERVER}; dmarc=pass header.from=evil.test",),
    (f"{SERVER}; dmarc=pass header.from=sky.test.evil.test",), (f"{SERVER}; dmarc=pass header.from=evil.test header.from=sky.test",),
    ("mx.evil.test; dmarc=pass header.from=sky.test",), (f"{SERVER}.evil.test; dmarc=pass header.from=sky.test",),
    (f"evil {SERVER}; dmarc=pass header.from=sky.test",), (f"{SERVER} 2; dmarc=pass header.from=sky.test",),
    (f"{SERVER}; dmarc=fail header.from=sky.test", PASS), ("mx.evil.test; dmarc=pass header.from=sky.test", PASS),
    ("", PASS), ("none; none", PASS), (f"{SERVER}; spf=fail", PASS),
    (f"{SERVER}; dmarc=fail header.from=sky.test; dmarc=pass header.from=sky.test",),
    (f"{SERVER}; dmarc=pass header.from=sky.test; dmarc=fail header.from=sky.test",),
    (f'{SERVER}; spf=fail reason="; dmarc=pass header.from=sky.test"',),
    (f"{SERVER}; spf=fail (; dmarc=pass header.from=sky.test; )",),
    (f"{SERVER}; spf=fail (a (b) ; dmarc=pass header.from=sky.test",), (f'{SERVER}; spf=fail smtp.mailfrom="; dmarc=pass header.from=sky.test',),
    (f"({SERVER}) mx.evil.test; dmarc=pass header.from=sky.test",), (f'"{SERVER}"; dmarc=pass header.from=sky.test',),
    (f"{SERVER}, dmarc=pass header.from=sky.test",), (f"{SERVER}; xdmarc=pass header.from=sky.test",),
    (f"{SERVER}; dmarc=passed header.from=sky.test",), (f"{SERVER}; dmarc=pass; header.from=sky.test",),
)  # fmt: skip
ROBOTS = (
    ("Auto-Submitted", "auto-replied"), ("Auto-Submitted", "auto-generated"), ("Auto-Submitted", "auto-notified"),
    ("Auto-Submitted", "AUTO-REPLIED; owner-email=dan@sky.test"), ("Precedence", "bulk"), ("Precedence", "auto_reply"),
    ("Precedence", "Junk"), ("Precedence", "list"), ("X-Autoreply", "yes"), ("X-Autorespond", "x"), ("List-Id", "<l.sky.test>"),
    ("X-Auto-Response-Suppress", "All"), ("Return-Path", "<>"), ("Return-Path", "< >"), ("X-Autogenerated", "Reply"),
    ("Feedback-ID", "1:2:3"),
)  # fmt: skip


def hostile(to: str, others: tuple[str, ...]) -> Iterator[Reply]:
    """`others` are addresses of ours that are not for Dan and this question, or no longer."""
    plain = Reply(to)
    yield from (replace(plain, body=first + QUOTE) for first in (*TONGUES, *UNCLEAR))
    for body in (plain.body, "decline: changed my mind"):
        yield from (replace(plain, sender=sender, body=body) for sender in SENDERS)
        yield from (replace(plain, results=results, body=body) for results in FORGED)
    for header in ROBOTS:
        yield replace(plain, more=(header,))
        yield replace(plain, more=(header,), body="decline: I am away")
    yield from (replace(plain, to=other) for other in (*others, *_bent(to)))
    yield replace(plain, to=f"{to}, {others[0]}")
    yield replace(plain, body="approve\n" + "x" * 10_000_000)
    yield replace(plain, body="x" * (LARGEST + 1) + "\napprove")
    yield replace(plain, kind="text/html", body="<p>approve</p>")
    yield replace(
        plain, kind="multipart/report; boundary=b", body="--b\r\nContent-Type: text/plain\r\n\r\napprove\r\n--b--"
    )
    attached = (
        "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\napprove\r\n--b--"
    )
    yield replace(plain, kind="multipart/mixed; boundary=b", body=attached)
    yield replace(plain, kind="text/plain; charset=utf-7", body="+AGEAcABwAHIAbwB2AGU- now")
    yield replace(plain, more=(("Content-Transfer-Encoding", "base64"),), body="!!!!")
    yield replace(plain, kind="multipart/mixed; boundary=b", body="--b\r\n" * 5000)


def _bent(to: str) -> Iterator[str]:
    local, _at, domain = to.partition("@")
    start, _dash, seal = local.rpartition("-")
    number = start.partition("+a")[2]
    yield f"{start}-{seal[:-1]}{'a' if seal[-1] != 'a' else 'b'}@{domain}"
    yield f"{start}-{'a' * 26}@{domain}"
    yield f"{start}-{seal[:-1]}@{domain}"
    yield f"{start}@{domain}"
    yield f"firn@{domain}"
    yield f"firn+a{int(number) + 1}-{seal}@{domain}"
    yield f"firn+a{'9' * 18}-{seal}@{domain}"
    yield f"firn+b{number}-{seal}@{domain}"
    yield f"firn+a-{seal}@{domain}"
    yield f"firn+a0-{seal}@{domain}"
