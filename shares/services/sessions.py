"""Sessions with a provider account, and the breaker that keeps a broken sign-in from being hammered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from portal.audit.record import record
from shares import mails
from shares.core.said import Said
from shares.models import ProviderAccount
from shares.snowflake.client import Client
from shares.snowflake.connect import BadConnection, connect, parameters
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.pool import Later, borrow

logger = logging.getLogger(__name__)

# How long nothing is tried after a refused sign-in: far under any lock-out rule of five tries a quarter of an hour.
PAUSE = timedelta(minutes=5)


class AccountStopped(Exception):
    """The provider account's breaker is open; `until` says when it is tried again."""

    def __init__(self, account: ProviderAccount) -> None:
        super().__init__(account.breaker_reason)
        self.account = account


def open_client(account: ProviderAccount, *, patient: bool = False) -> Client:
    """A signed-in session; closing it keeps it for the next run of this process. The statements of a `patient` one may
    take as long as an isolation test.

    Raises AccountStopped, SnowflakeError or BadConnection.
    """
    account.refresh_from_db(fields=["breaker_until", "breaker_reason"])
    if account.breaker_until and account.breaker_until > timezone.now():
        raise AccountStopped(account)
    client = _sign_in(account, patient=patient)()
    if account.breaker_reason:
        ProviderAccount.objects.filter(pk=account.pk).update(breaker_until=None, breaker_reason="")
    return client


def later(account: ProviderAccount) -> Later:
    """Another session beside an open one, a patient one, borrowed or signed in to when it is used first."""
    return Later(_sign_in(account, patient=True))


def _sign_in(account: ProviderAccount, *, patient: bool) -> Callable[[], Client]:
    """Raises BadConnection."""
    file, name, tag = settings.SNOWFLAKE_CONNECTIONS_FILE, account.connection_name, f"firn:{settings.FIRN_INSTANCE}"
    seconds = settings.FIRN_PROOF_TIMEOUT_SECONDS if patient else None
    # A changed section (another key, another user) is another session, and so is another limit.
    key = f"{file} {name} {seconds} {sorted(parameters(file, name).items())}"
    return lambda: borrow(key, lambda: connect(file, name, tag, seconds=seconds))


def stop_account(account: ProviderAccount, error: SnowflakeError | BadConnection) -> None:
    """Open the breaker, and alert once per opening."""
    reason = str(error)
    first = not account.breaker_reason
    until = timezone.now() + PAUSE
    ProviderAccount.objects.filter(pk=account.pk).update(breaker_until=until, breaker_reason=reason)
    account.breaker_until, account.breaker_reason = until, reason
    logger.error("provider account %s stopped until %s: %s", account, until, reason)
    if first:
        mails.alert(
            account,
            Said("Firn cannot use the Snowflake account %(account)s", account=account.identifier),
            reason,
            Said(
                "Check the section [%(section)s] of connections.toml, the user's key and its role, then use “Test "
                "connection” in the admin. Firn tries again by itself every five minutes.",
                section=account.connection_name,
            ),
            key=f"account-stopped:{account.pk}:{until:%Y%m%d%H%M}",
        )
        record("account.stopped", target=account, data={"reason": reason})
