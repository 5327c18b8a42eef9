"""A browser tab that fails its test on anything that a person's browser would complain about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

# The page itself reports what its policy refused, also where the console stays silent.
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""
_STATUS = re.compile(r"server responded with a status of (\d+)")


@dataclass
class Watch:
    """What went wrong in one person's tabs. `expected` are statuses that the test provokes on purpose."""

    who: str
    pictures: Path
    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        """Watch every tab of `context`, also those that open later."""
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("page", self._follow_page)

    def _follow_page(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith("htmx:sendAbort"):
            # A page that is left, or a newer question, breaks off the older one: htmx calls that an error, nobody else.
            if self.problems and "htmx:afterRequest" in self.problems[-1]:
                self.problems.pop()
            return
        status = _STATUS.search(message.text)
        if status is None or int(status[1]) not in self.expected:
            self.problems.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status} for {response.url}")

    def picture(self, page: Page, name: str) -> None:
        """Keep the page as it looks on a desktop and on a phone; on neither may it be wider than the screen."""
        for label, size in (("390", NARROW), ("1280", WIDE)):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            page.screenshot(path=self.pictures / f"{name}-{label}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.problems.append(f"{name} is {wide} px too wide at {label} px")

    def check(self) -> None:
        assert not self.problems, f"{self.who}'s browser:\n" + "\n".join(self.problems)
