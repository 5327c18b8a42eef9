"""`manage.py mail poll`: reads the mailbox once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Mail: `poll` reads the mailbox of FIRN_IMAP_URL once, as the worker does by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_subparsers(dest="verb", required=True).add_parser("poll", help="read the mailbox once")

    def handle(self, *args: Any, **options: Any) -> None:
        from portal.mail import imap

        if not settings.FIRN_IMAP_URL:
            raise CommandError("FIRN_IMAP_URL is not set: name the mailbox there (docs/mail.md).")
        try:
            self.stdout.write(f"{imap.poll()} mails read.")
        except imap.MailboxFailed as error:
            raise CommandError(f"The mailbox could not be read: {error}") from error
