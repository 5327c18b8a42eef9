"""`manage.py audit verify`: checks the whole chain of audit entries."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import chain
from portal.audit.models import AuditEntry


class Command(BaseCommand):
    help = "Checks that no audit entry was changed, added, moved or removed since it was written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in chain.faults():
            found += 1
            self.stderr.write(fault)
        if found:
            raise CommandError(f"the audit log is not whole: {found} faults", returncode=1)
        self.stdout.write(f"the audit log is whole: {AuditEntry.objects.count()} entries")
