"""`python -m demo [--once] [--customer KEY] [--port N] [--latency-ms N] [--state DIR]`, which script/demo runs."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from demo import people
from demo.places import PROJECT, Places, Unusable
from demo.processes import Broken
from demo.stack import Stack

PORT = 8000
JOB_S = 240.0
LOOK_EVERY = 0.2


class Interrupted(Exception):
    """Ctrl-C, or SIGTERM."""


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well or after Ctrl-C, 1 when something of the demo failed, 2 when it could not start."""
    options = _options(arguments)
    port = options.port if options.port is not None else (0 if options.once else PORT)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with Stack(Places(options.state.resolve()), port, options.latency_ms) as stack:
            try:
                found = main_job(stack, options.customer)
                if options.once:
                    print(json.dumps(found), flush=True)
                    return 0
                print(table(stack, found), flush=True)
                stay(stack)
            finally:
                no_more_interrupts()
    except Interrupted:
        say("stopped")
    except Unusable as error:
        say(str(error))
        return 2
    except Broken as error:
        say(str(error))
        return 1
    return 1 if options.once else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description="Firn with a provider, customers and a mailbox.")
    parser.add_argument("--once", action="store_true", help="do the main job, print what was found as JSON, and stop")
    keys = [customer.key for customer in people.CUSTOMERS]
    parser.add_argument("--customer", choices=keys, default="DL", help="the carrier that asks (default DL)")
    parser.add_argument("--port", type=int, help=f"port of the portal (default {PORT}; with --once any free one)")
    parser.add_argument("--latency-ms", type=int, default=0, help="how long Snowflake takes for each statement")
    parser.add_argument("--state", type=Path, default=PROJECT / "var" / "demo", help="directory that the demo keeps")
    return parser.parse_args(arguments)


def _interrupt(number: int, frame: FrameType | None) -> None:
    no_more_interrupts()
    raise Interrupted


def no_more_interrupts() -> None:
    """Everything is being stopped from here on: another Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def main_job(stack: Stack, customer: str) -> dict[str, Any]:
    """The main job, or on a later start a look at what it left; what was found. Raises Broken."""
    where = stack.addresses
    step = stack.step(
        "main-job",
        *("-m", "demo.journey", "--portal", where.portal, "--mailbox", where.mailbox),
        *("--sandbox-port", str(where.sandbox_port), "--found", str(stack.places.result), "--customer", customer),
        seconds=JOB_S,
    )
    answers = [line for line in step.log.read_text().splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(answers[-1])
    return found


def table(stack: Stack, found: dict[str, Any]) -> str:
    """Where everything is, and who signs in how."""
    where = stack.addresses
    people_lines = [
        *[
            (who.email, f"{who.role} at {customer.name}, account {customer.account}")
            for customer in people.CUSTOMERS
            for who in customer.people
        ],
        (people.APPROVER.email, "approver"),
        (people.ADMIN.email, "admin"),
    ]
    rows = ", ".join(f"{name} {count:,}" for name, count in found["rows"].items())
    read = f"{found['consumer_account']} reads share {found['share']}"
    return "\n".join(
        [
            "",
            f"  Portal    {where.portal}/",
            f"  Admin     {where.portal}/admin/",
            f"  Mailbox   {where.mailbox}/",
            f"  Sandbox   http://127.0.0.1:{where.sandbox_port}  (stands in for Snowflake; log: /sandbox/statements)",
            "",
            *[f"  {email:<26}{what}" for email, what in people_lines],
            f"  Everybody's password is {people.PASSWORD}",
            "",
            f"  {read}: {rows}; {found['foreign_rows']} foreign rows.",
            f"  Its page shows what is proved: {', '.join(found['proofs'])}.",
            "  Ctrl-C stops everything.",
            "",
        ]
    )


def stay(stack: Stack) -> None:
    """Until a signal comes. Raises Broken when one of the processes ends."""
    while True:
        stack.check()
        time.sleep(LOOK_EVERY)


def say(words: str) -> None:
    print(f"demo: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
