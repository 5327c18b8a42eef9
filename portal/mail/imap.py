"""Reads the mailbox that replies go to. A mail is marked as read only after what it changes is committed; whatever
comes twice is known by its Message-ID."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import cache

from portal.mail import receive
from portal.mail.letters import LARGEST

log = logging.getLogger(__name__)

TIMEOUT_S = 20
EVERY_S = 30
AT_ONCE = 100


class MailboxFailed(Exception):
    """The mailbox could not be read; the message says why."""


@dataclass(frozen=True)
class Mailbox:
    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    folder: str


def parse(url: str) -> Mailbox:
    """imaps://user:password@host[:993]/FOLDER; imap:// without encryption, for a server on the same machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ValueError("not an IMAP address")
    encrypted = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if encrypted else 143),
        encrypted=encrypted,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def poll() -> int:
    """Take what arrived; how many mails that were. Raises MailboxFailed."""
    try:
        with _open(parse(settings.FIRN_IMAP_URL)) as server:
            return sum(_take(server, uid) for uid in _unseen(server)[:AT_ONCE])
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFailed(f"{type(error).__name__}: {error}"[:300]) from error


def poll_quietly() -> str:
    """What the worker calls: how it went, in words."""
    try:
        return f"{poll()} mails"
    except MailboxFailed as error:
        log.warning("the mailbox could not be read: %s", error)
        return str(error)


def is_due() -> bool:
    """Whether somebody must look now: one of all workers, twice a minute."""
    return bool(settings.FIRN_IMAP_URL) and cache.add("mail-poll", 1, timeout=EVERY_S)


@contextmanager
def _open(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    server: imaplib.IMAP4
    if box.encrypted:
        context = ssl.create_default_context()
        server = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=TIMEOUT_S)
    else:
        server = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT_S)
    with server:
        server.login(box.user, box.password)
        quoted = box.folder.replace("\\", "").replace('"', "")
        if server.select(f'"{quoted}"')[0] != "OK":
            raise MailboxFailed(f"There is no folder {box.folder}.")
        yield server


def _unseen(server: imaplib.IMAP4) -> list[str]:
    _status, found = server.uid("SEARCH", "UNSEEN")
    return found[0].decode().split() if found and found[0] else []


def _take(server: imaplib.IMAP4, uid: str) -> int:
    size = _size(server, uid)
    # Of what is too long only the head is fetched.
    wanted = "(BODY.PEEK[])" if size <= LARGEST else "(BODY.PEEK[HEADER])"
    _status, answer = server.uid("FETCH", uid, wanted)
    raw = next((item[1] for item in answer if isinstance(item, tuple)), None)
    if raw is None:
        return 0
    flags = "(\\Seen)"
    try:
        receive.take(raw, size=size)
    except Exception:
        # One mail that we stumble over must not keep the others waiting; it stays in the mailbox, marked for a person.
        log.exception("a mail could not be taken; it is flagged in the mailbox")
        flags = "(\\Seen \\Flagged)"
    server.uid("STORE", uid, "+FLAGS", flags)
    return 1


def _size(server: imaplib.IMAP4, uid: str) -> int:
    _status, answer = server.uid("FETCH", uid, "(RFC822.SIZE)")
    found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(item for item in answer if isinstance(item, bytes)))
    return int(found[1]) if found else LARGEST + 1
