"""What the judges ask: a running demo, and beside it the small world in which everything has every state."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo import consumer, journey
from demo.__main__ import main_job
from demo.people import AMERICAN, DELTA, UNITED
from demo.places import Places
from demo.stack import Stack
from tests.looks import place as looks
from tests.security.findings import Finding
from tests.security.targets import kind
from tests.security.visitors import Visitor, of_demo, of_scene
from tests.snowflake.before import by_hand

_LINE = re.compile(r"^(\S+) (\S+) (\d{3})$", re.M)


@dataclass(frozen=True)
class Log:
    """What the two portals answered, by the logs of their web servers."""

    files: tuple[Path, ...]

    def lines(self) -> list[tuple[str, str, int]]:
        """Method, path and status of each answer."""
        found = [_LINE.findall(file.read_text()) for file in self.files]
        return [(method, urlsplit(path).path, int(status)) for part in found for method, path, status in part]

    def answers(self) -> dict[str, int]:
        """How often each method was answered with each status."""
        return dict(sorted(Counter(f"{method} {status}" for method, _, status in self.lines()).items()))

    def broken(self) -> Iterator[Finding]:
        """Whatever somebody sends, Firn answers it in words."""
        for where, method, status in sorted(
            {(kind(path), method, status) for method, path, status in self.lines() if status >= 500}
        ):
            yield Finding("portal", "broken", where, f"{method} is answered {status}")


@dataclass(frozen=True)
class Judged:
    visitors: dict[str, Visitor]
    log: Log


class _Demo(Stack):
    """The demo as in tests/security/settings.py, with a log of its answers."""

    def environment(self) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.security.settings"}
        return super().environment() | settings | _logged(self.places.root / "answers.log")


def _logged(file: Path) -> dict[str, str]:
    return {"GUNICORN_CMD_ARGS": f"--access-logfile {file} --access-logformat '%(m)s %(U)s %(s)s'"}


@contextmanager
def judged() -> Iterator[Judged]:
    """Both portals, until the block ends."""
    with tempfile.TemporaryDirectory() as place:
        demo, scene = Path(place) / "demo", Path(place) / "scene"
        scene.mkdir()
        changed = {"DJANGO_SETTINGS_MODULE": "tests.security.scene_settings", **_logged(scene / "answers.log")}
        with (
            _Demo(Places(demo)) as stack,
            looks.serve(scene, world="tests.security.states", changed=changed) as small,
        ):
            main_job(stack, DELTA.key)
            found = of_demo(stack.addresses.portal, _ask_for_more(stack)) | of_scene(small)
            yield Judged(found, Log((demo / "answers.log", scene / "answers.log")))


def _ask_for_more(stack: Stack) -> dict[str, tuple[str, ...]]:
    """A request that waits for its approver, one that waits for the proof of its account, a share from before Firn, and
    a column that is new in the lake. The paths, by role, that no link shows and that the last two are seen at.
    """
    for customer in (UNITED, AMERICAN):
        where = journey.Where(stack.addresses.portal, stack.addresses.mailbox, stack.addresses.sandbox_port, customer)
        visitor = journey.sign_in(where.portal, customer.people[0].email)
        tracker = journey.ask(visitor, customer)
        if customer is UNITED:
            journey.prove_account(where, visitor, tracker)
    port = stack.addresses.sandbox_port
    for account in ("SKYLEDGER.DATA", "SKYLEDGER.DATA_EU"):
        with consumer.session(account, port, "FIRN_ADMIN", "firn-admin") as colleague:
            colleague.run("ALTER TABLE LAKE.NYC.AIRPORTS ADD COLUMN NOTE VARCHAR")
            if account == "SKYLEDGER.DATA":
                colleague.run("GRANT ROLE FIRN TO USER FIRN_ADMIN")
                colleague.run("USE ROLE FIRN")
                by_hand(colleague.run, "OLD_UNITED")
    of = "/admin/shares"
    columns = (f"{of}/datasetobject/{number}/columns/" for number in range(1, 9))
    account = f"{of}/provideraccount/1"
    return {"admin": (f"{account}/adopt/?share=OLD_UNITED", f"{account}/lake/?database=LAKE&schema=NYC", *columns)}
