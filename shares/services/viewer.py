"""A run's second session, which sees the data as the consumer would.

It is signed in and made to pretend while the run still builds, so that the leak test itself is one round trip; and it
stops pretending while the run goes on. No session is given back that still pretends.
"""

from __future__ import annotations

from concurrent.futures import Future, wait

from shares.core.said import Said
from shares.core.spec import ShareSpec
from shares.models import Run
from shares.services.apply import KEEP_EVERY, Asked, ask
from shares.services.leases import Lease, keep
from shares.services.sessions import later
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.connect import STATEMENT_SECONDS
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import in_background


class Viewer:
    """Turns towards one consumer after another; nothing is sent before the first `turn`."""

    def __init__(self, run: Run, lease: Lease) -> None:
        self._run, self._lease = run, lease
        self._client: Client = later(run.share.provider_account)
        self._turning: Asked | None = None
        self._towards = ""
        self._stopping: Future[None] | None = None

    def turn(self, spec: ShareSpec) -> None:
        """Begin to see as the consumer of `spec`; does not wait. Raises LeaseLost."""
        text = sql.pretend(spec.accounts[0])
        if self._towards == text:
            return
        self._stopped()
        self._towards = text
        purpose = Said("See the data as %(account)s would", account=spec.accounts[0].key)
        self._turning = ask(self._client, self._run, self._lease, (purpose, text))

    def client(self, spec: ShareSpec) -> Client:
        """The session that sees as the consumer of `spec`. Raises LeaseLost or SnowflakeError."""
        self.turn(spec)
        if self._turning is not None:
            turning, self._turning = self._turning, None
            turning.answers()
        return self._client

    def turn_back(self) -> None:
        """Begin to see as oneself again; does not wait."""
        if self._towards and self._stopping is None:
            self._stopping = in_background(_stop_pretending, self._client, self._turning)

    def close(self) -> None:
        """Give the session back, as oneself. The end of a run waits no longer than for any other statement: whatever
        still does not answer then is never used again."""
        self.turn_back()
        stopping = self._stopping
        if stopping is not None and wait([stopping], STATEMENT_SECONDS).not_done:
            self._client.discard()
            stopping.add_done_callback(lambda _: self._client.close())
            return
        self._client.close()

    def _stopped(self) -> None:
        """Wait until it sees as oneself. Raises LeaseLost."""
        while self._stopping is not None and wait([self._stopping], KEEP_EVERY).not_done:
            keep(self._lease)
        self._stopping, self._turning, self._towards = None, None, ""


def _stop_pretending(client: Client, turning: Asked | None) -> None:
    """Also where nobody knows whether it pretends: or it must never be used again."""
    if turning is not None:
        turning.wait()
    stop_pretending(client)


def stop_pretending(client: Client) -> None:
    """See as oneself again, or never be used again."""
    try:
        client.run(sql.STOP_PRETENDING)
    except SnowflakeError:
        client.discard()
