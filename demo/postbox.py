"""Reads the demo's mailbox as a person would: wait for a mail, take out what it says."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from demo.web import Browser

LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Letter:
    """A mail that came. `number` grows with each mail."""

    number: int
    subject: str
    text: str

    def link(self, path: str) -> str:
        """The first link to a page under `path`."""
        found = re.search(rf"https?://\S+?{re.escape(path)}\S*", self.text)
        if found is None:
            raise LookupError(f"the mail “{self.subject}” has no link to {path}")
        return found[0]

    def code(self) -> str:
        """The code that stands on a line of its own."""
        found = re.search(r"^\s+([A-Z2-9]{4}[- ]?[A-Z2-9]{4})\s*$", self.text, re.MULTILINE)
        if found is None:
            raise LookupError(f"the mail “{self.subject}” has no code")
        return found[1]

    def snippets(self) -> Iterator[str]:
        """The statements of a mail with SQL: each stands under a line `-- what it does`."""
        for block in re.findall(r"^-- .+\n((?:.+\n)+)", self.text, re.MULTILINE):
            yield block.strip().removesuffix(";")


class Postbox:
    """One address's mails."""

    def __init__(self, mailbox: str, address: str) -> None:
        self.browser, self.address = Browser(mailbox), address

    def letters(self, after: int = 0) -> list[Letter]:
        """The mails above number `after`, oldest first."""
        found = json.loads(self.browser.get(f"/mails.json?to={self.address}&after={after}").text)
        return [Letter(item["number"], item["subject"], item["text"]) for item in found]

    def newest(self) -> int:
        return max((letter.number for letter in self.letters()), default=0)

    def wait(self, words: str, after: int, seconds: float = 60.0) -> Letter:
        """The first mail above `after` whose text has `words`. TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            letters = self.letters(after)
            for letter in letters:
                if words in letter.text:
                    return letter
            if time.monotonic() > deadline:
                came = "; ".join(letter.subject for letter in letters) or "none"
                raise TimeoutError(f"{self.address} got no mail with “{words}” within {seconds:.0f} s (came: {came})")
            time.sleep(LOOK_EVERY)
