"""`manage.py mail check` and `manage.py mail poll`."""

from __future__ import annotations

import smtplib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Mail: `check` prints the DNS records of the sender's domain and, with --to, sends a probe; `poll` reads the "
        "mailbox of FIRN_IMAP_URL once, as the worker does by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="print SPF, DKIM and DMARC records to set; send a probe")
        check.add_argument("--to", help="the address that gets a probe")
        verbs.add_parser("poll", help="read the mailbox once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "poll":
            self._poll()
        else:
            self._check(options["to"])

    def _check(self, to: str | None) -> None:
        from portal.mail import dns

        self.stdout.write(f"Mails come from {settings.DEFAULT_FROM_EMAIL}, through {settings.EMAIL_HOST}.\n\n")
        for name, value, why in dns.records():
            self.stdout.write(f'# {why}\n{name}. IN TXT "{value}"\n\n')
        if to:
            self._probe(to)

    def _probe(self, to: str) -> None:
        headers = {"Auto-Submitted": "auto-generated"}
        text = "This is a probe. In its source, Authentication-Results should say spf=pass, dkim=pass and dmarc=pass.\n"
        try:
            EmailMessage("A probe from Firn", text, to=[to], headers=headers, connection=EmailBackend()).send()
        except (OSError, smtplib.SMTPException) as error:
            raise CommandError(f"The server did not take the probe: {type(error).__name__}: {error}") from error
        self.stdout.write(f"The server took a probe to {to}. Look at the source of what arrives.")

    def _poll(self) -> None:
        from portal.mail import imap

        if not settings.FIRN_IMAP_URL:
            raise CommandError("FIRN_IMAP_URL is not set: name the mailbox there (docs/mail.md).")
        try:
            self.stdout.write(f"{imap.poll()} mails read.")
        except imap.MailboxFailed as error:
            raise CommandError(f"The mailbox could not be read: {error}") from error
