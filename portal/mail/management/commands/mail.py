"""`manage.py mail check` and `manage.py mail poll`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Mail: `check` prints the DNS records of the sender's domain, looks up what is published, and sends a probe "
        "with --to; `poll` reads the mailbox of FIRN_IMAP_URL once, as the worker does by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="compare SPF, DKIM and DMARC with what to set; send a probe")
        check.add_argument("--to", help="the address that gets a probe")
        check.add_argument("--selector", default="firn", help="the name of the DKIM key (default: firn)")
        check.add_argument("--dns", default="", help="the name server to ask, as 192.0.2.53 or 192.0.2.53:53")
        check.add_argument("--no-lookup", action="store_true", help="print the records only")
        verbs.add_parser("poll", help="read the mailbox once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "poll":
            self._poll()
        else:
            self._check(options)

    def _check(self, options: dict[str, Any]) -> None:
        from portal.mail import dns

        wanted = dns.records(options["selector"])
        through = settings.FIRN_MAIL_PROVIDER or settings.EMAIL_HOST
        self.stdout.write(f"Mails come from {settings.DEFAULT_FROM_EMAIL}, through {through}.\n\n")
        for record in wanted:
            self.stdout.write(f'# {record.why}\n{record.name}. IN TXT "{record.value}"\n\n')
        if not options["no_lookup"]:
            self._look(options["dns"], wanted)
        if options["to"]:
            self._probe(options["to"])

    def _look(self, server: str, wanted: list[Any]) -> None:
        """Only reads: a silent name server is said, and stops nothing."""
        from portal.mail import dns

        self.stdout.write("What is published:\n")
        try:
            for seen in dns.look(dns.resolver(server), wanted):
                self.stdout.write(f"  {seen.record.kind}: {'ok' if seen.fits else 'TO DO'}, {seen.words}")
                for text in seen.published:
                    self.stdout.write(f'    "{text}"')
        except dns.Silent as error:
            self.stdout.write(f"  DNS did not answer, so nothing is known: {error}")
        except ValueError as error:
            raise CommandError(f"--dns is not the address of a name server: {error}") from error
        self.stdout.write("")

    def _probe(self, to: str) -> None:
        from portal.mail import send

        headers = {"Auto-Submitted": "auto-generated"}
        text = "This is a probe. In its source, Authentication-Results should say spf=pass, dkim=pass and dmarc=pass.\n"
        try:
            EmailMessage("A probe from Firn", text, to=[to], headers=headers, connection=send.connection()).send()
        except send.FAILURES as error:
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
