"""What the page of an account's proof shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shares.models import ConsumerAccount, Handshake
from shares.services import codes, handshakes
from shares.services.desired import CODE_COLUMN, PROOF_VIEW
from shares.services.mount import Snippet
from shares.snowflake import customer_sql

# What the customer's database with the code is called in the SQL to copy.
DATABASE = "FIRN_PROOF"


@dataclass(frozen=True)
class Proving:
    """Where the proof of an account stands; `handshake` is the code that may be typed, `ready` once it can be read."""

    account: ConsumerAccount
    handshake: Handshake | None
    ready: bool
    snippets: tuple[Snippet, ...]
    way_back: tuple[Snippet, ...]

    @property
    def tidy(self) -> str:
        return customer_sql.drop_database(DATABASE)


def of(account: ConsumerAccount) -> Proving | None:
    """None once it is proved."""
    if account.is_proved:
        return None
    handshake = handshakes.current(account)
    if handshake is None:
        return Proving(account, None, ready=False, snippets=(), way_back=())
    share, ready = handshake.share, handshake.share.converged_at is not None
    provider = share.provider_account.identifier
    snippets = (
        Snippet(_("Mount the code"), customer_sql.mount(DATABASE, provider, share.name)),
        Snippet(_("Read it"), customer_sql.read_code(DATABASE, share.name, PROOF_VIEW, CODE_COLUMN)),
    )
    there = Snippet(_("Share something of yours"), customer_sql.way_back(codes.way_back_code(handshake), provider))
    return Proving(account, handshake, ready, snippets if ready else (), (there,))
