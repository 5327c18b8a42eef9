"""`manage.py audit verify` checks the whole chain; `manage.py audit export` writes the entries out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import anchors, chain, export
from portal.audit.models import Anchor, AuditEntry
from portal.people.models import Organization

FORMATS = {"jsonl": export.jsonl, "csv": export.csv}


class Command(BaseCommand):
    help = "Checks that no audit entry was changed, added, moved or removed since it was written; or exports them."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="check the whole chain, and the anchors if there are any")
        verify.add_argument(
            "--anchors",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a text, a mail or a mailbox with anchors that were sent by mail; may be given several times",
        )
        out = verbs.add_parser("export", help="write the entries to standard output, oldest first")
        out.add_argument("--format", choices=sorted(FORMATS), default="jsonl")
        out.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the first day, UTC")
        out.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the last day, UTC")
        out.add_argument("--organization", metavar="SLUG", help="only what concerns this customer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "verify":
            self._verify(options["anchors"])
        else:
            self._export(options)

    def _verify(self, files: list[Path]) -> None:
        known = _read(files)
        found = 0
        for fault in chain.faults(known):
            found += 1
            self.stderr.write(fault)
        if found:
            raise CommandError(f"the audit log is not whole: {found} faults", returncode=1)
        against = f", and agrees with {len(known)} anchors" if files else ""
        self.stdout.write(f"the audit log is whole: {AuditEntry.objects.count()} entries{against}")

    def _export(self, options: dict[str, Any]) -> None:
        entries = AuditEntry.objects.order_by("id")
        if options["since"]:
            entries = entries.filter(at__gte=_start_of(options["since"]))
        if options["until"]:
            entries = entries.filter(at__lt=_start_of(options["until"] + timedelta(days=1)))
        if options["organization"]:
            entries = entries.filter(organization=_organization(options["organization"]))
        for line in FORMATS[options["format"]](entries.iterator(chunk_size=2000)):
            self.stdout.write(line, ending="")


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _organization(slug: str) -> Organization:
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"no customer has the short name {slug}; the admin lists them under Organizations")
    return found


def _read(files: list[Path]) -> list[Anchor]:
    found: list[Anchor] = []
    for file in files:
        try:
            here = anchors.found_in(file.read_text(errors="replace"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        if not here:
            raise CommandError(f"{file} has no anchor: a line that starts with FIRN-AUDIT-ANCHOR")
        found += here
    return found
