"""Mails on disk, one file each, numbered in the order in which they came."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One mail as it came. `recipients` are the envelope's."""

    number: int
    recipients: tuple[str, ...]
    came: datetime
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "(no subject)")

    def body(self, kind: str) -> str:
        """The text of the part "plain" or "html", "" where there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


class Store:
    """The mails under one directory; what was there before stays."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._last = max((int(file.stem) for file in folder.glob("*.eml")), default=0)

    def add(self, sender: str, recipients: list[str], content: bytes) -> Mail:
        """Keep a mail; it is on disk when this returns."""
        self._last += 1
        envelope = f"X-Demo-From: {sender}\r\nX-Demo-To: {','.join(recipients)}\r\n".encode()
        file = self._file(self._last)
        temporary = file.with_suffix(".part")
        with temporary.open("wb") as out:
            out.write(envelope + content)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(file)
        return self._read(file)

    def get(self, number: int) -> Mail | None:
        file = self._file(number)
        return self._read(file) if file.is_file() else None

    def newest_first(self, to: str = "", after: int = 0) -> list[Mail]:
        """The mails with a number above `after`, to one address or to all."""
        files = sorted(self.folder.glob("*.eml"), reverse=True)
        mails = [self._read(file) for file in files if int(file.stem) > after]
        return [mail for mail in mails if not to or to.lower() in mail.recipients]

    def addresses(self) -> list[str]:
        return sorted({address for mail in self.newest_first() for address in mail.recipients})

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06d}.eml"

    def _read(self, file: Path) -> Mail:
        content = file.read_bytes()
        _sender, recipients, raw = content.split(b"\r\n", 2)
        addresses = recipients.decode().partition(": ")[2].lower().split(",")
        came = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return Mail(int(file.stem), tuple(addresses), came, raw)
