"""`manage.py snowflake setup|check|rotate-key`: prepare a provider account, see what its role lacks, change its key."""

from __future__ import annotations

import argparse
import ipaddress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shares.core.names import BadName, split_path
from shares.core.privileges import Place
from shares.models import ProviderAccount
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import SnowflakeError


class Command(BaseCommand):
    help = (
        "Prepares a provider account (setup), says what Firn's role there lacks (check), changes its key (rotate-key)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        setup = verbs.add_parser("setup", help="print the SQL that an administrator of the account runs once")
        for name, default in (
            ("role", "FIRN"),
            ("user", "FIRN_SVC"),
            ("warehouse", "FIRN_WH"),
            ("database", "FIRN_OUT"),
        ):
            setup.add_argument(f"--{name}", default=default, type=str.upper, help=f"{default} unless told")
        setup.add_argument(
            "--share", action="append", metavar="DATABASE.SCHEMA", help="what may be shared; say it again for more"
        )
        setup.add_argument("--public-key", type=Path, metavar="FILE", help="firn.pub")
        setup.add_argument(
            "--address", action="append", default=[], type=_address, help="where Firn signs in from; more than once"
        )
        setup.add_argument("--credits", type=int, default=0, help="how many the warehouse may use in a month")
        check = verbs.add_parser(
            "check", help="say which privilege is missing or too much, and the statement that mends it"
        )
        rotate = verbs.add_parser("rotate-key", help="give Firn's user another key; it can sign in all the time")
        for verb in (check, rotate):
            verb.add_argument("account", nargs="?", help="a provider account's name or ORG.ACCOUNT; all when left out")
        check.add_argument(
            "--allow-accountadmin", action="store_true", help="look even though Firn is an administrator there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        {"setup": self._setup, "check": self._check, "rotate-key": self._rotate}[options["verb"]](options)

    def _setup(self, options: dict[str, Any]) -> None:
        from shares.snowflake import setup_sql

        place = Place(options["role"], options["user"], options["warehouse"], options["database"])
        wishes = setup_sql.Wishes(
            tuple(_schema(one) for one in options["share"] or ["LAKE.NYC"]),
            _public_key(options["public_key"]) if options["public_key"] else "",
            tuple(options["address"]),
            options["credits"],
        )
        try:
            self.stdout.write(
                setup_sql.setup(place, wishes, marks=not options["share"] or not options["public_key"]), ending=""
            )
        except BadName as error:
            raise CommandError(str(error)) from error

    def _check(self, options: dict[str, Any]) -> None:
        from shares.services import provider_role, sessions

        faults = 0
        for account in _accounts(options["account"]):
            try:
                client = sessions.open_client(account)
                try:
                    found = provider_role.check(account, client, may_be_admin=options["allow_accountadmin"])
                finally:
                    client.close()
            except sessions.AccountStopped as error:
                raise CommandError(f"{account}: {error}. Firn tries again in five minutes at most.") from error
            except (SnowflakeError, BadConnection) as error:
                raise CommandError(f"{account}: {error}") from error
            for finding in found:
                self.stdout.write(f"{account}: {'hint: ' if finding.is_hint else ''}{finding.words}")
                if finding.remedy:
                    self.stdout.write(f"    {finding.remedy}")
            faults += sum(not finding.is_hint for finding in found)
            if not any(not finding.is_hint for finding in found):
                self.stdout.write(f"{account}: Firn's role has what it needs, and no more.")
        if faults:
            raise CommandError(f"{faults} to mend. Run the statements above as an administrator of the account.")

    def _rotate(self, options: dict[str, Any]) -> None:
        from shares.services import rotating
        from shares.snowflake.keys import BadKey

        accounts = _accounts(options["account"])
        if len(accounts) != 1:
            raise CommandError(f"Say which: {', '.join(account.identifier for account in accounts)}.")
        try:
            fingerprint = rotating.rotate(accounts[0], self.stdout.write)
        except (rotating.NotRotated, BadKey, BadConnection, SnowflakeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{accounts[0]} signs in with {fingerprint} alone.")


def _accounts(wanted: str | None) -> list[ProviderAccount]:
    found = [one for one in ProviderAccount.objects.all() if wanted in (None, one.name, one.identifier)]
    if not found:
        there = ", ".join(one.identifier for one in ProviderAccount.objects.all()) or "none"
        raise CommandError(
            f"There is no provider account {wanted or ''}. There is: {there}. Add one in the administration."
        )
    return found


def _schema(text: str) -> tuple[str, str]:
    parts = split_path(text)
    if len(parts) != 2 or not all(parts):
        raise CommandError(f"{text} is not DATABASE.SCHEMA.")
    return parts[0], parts[1]


def _public_key(file: Path) -> str:
    try:
        lines = file.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read as a public key: {error}") from error
    if not lines[0].startswith("-----BEGIN PUBLIC KEY"):
        raise CommandError(f"{file} is no public key in PEM form; section 1 of the README makes one.")
    return "".join(line for line in lines if line and not line.startswith("-----"))


def _address(text: str) -> str:
    try:
        return str(ipaddress.IPv4Network(text)) if "/" in text else str(ipaddress.IPv4Address(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no IPv4 address or network") from error
