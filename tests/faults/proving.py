"""The proof of an account as a fault meets it: a code under way, typed, replaced, guessed at or too old."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from shares.models import ConsumerAccount, Share
from shares.models.accounts import ProofKind
from shares.models.handshakes import MAX_FAILURES
from shares.models.shares import Purpose
from shares.services import handshakes
from tests.snowflake.builders import Scene, settle
from tests.snowflake.reading import mounted
from tests.snowflake.world import Snowflake

Act = Callable[[Scene, Snowflake, Share], Share]


def _unproved(share: Share) -> ConsumerAccount:
    """Nobody has proved the share's account, and no code was ever sent to it."""
    account = share.consumer_account
    Share.objects.filter(consumer_account=account, purpose=Purpose.HANDSHAKE).delete()
    ConsumerAccount.objects.filter(pk=account.pk).update(proof=ProofKind.NONE, proved_at=None, proved_by=None)
    account.refresh_from_db()
    return account


def _carrier(account: ConsumerAccount) -> Share:
    return Share.objects.get(consumer_account=account, purpose=Purpose.HANDSHAKE)


def send(scene: Scene, _: Snowflake, share: Share) -> Share:
    """A code sets out to an account that nobody has proved."""
    account = _unproved(share)
    scene.forget(share)
    handshakes.start(account, scene.provider, scene.ada)
    return _carrier(account)


def _sent(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    carrier = send(scene, snowflake, share)
    settle(carrier)
    return carrier


def _type(scene: Scene, snowflake: Snowflake, carrier: Share) -> None:
    with mounted(snowflake.ua, carrier) as database:
        code = snowflake.ua.run(f"SELECT CODE FROM {database}.{carrier.name}.PROOF")[0]["code"]
    handshakes.answer(carrier.consumer_account, code, scene.ada)


def answer(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """The customer reads the code in the account and types it; what carried it goes."""
    carrier = _sent(scene, snowflake, share)
    _type(scene, snowflake, carrier)
    return carrier


def replace(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """A new code, in the place of one that is there."""
    carrier = _sent(scene, snowflake, share)
    handshakes.start(carrier.consumer_account, scene.provider, scene.ada)
    return carrier


def guess(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """So many wrong codes that it counts no more."""
    carrier = _sent(scene, snowflake, share)
    for _ in range(MAX_FAILURES):
        with suppress(handshakes.WrongCode):
            handshakes.answer(carrier.consumer_account, "AAAA-AAAA", scene.ada)
    return carrier


def outlive(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """Nobody types it for a day."""
    carrier = _sent(scene, snowflake, share)
    carrier.handshakes.update(expires_at=timezone.now() - timedelta(seconds=1))
    return carrier


def let_in(scene: Scene, snowflake: Snowflake, share: Share) -> Share:
    """A share with data stands and lets nobody in, until the code is typed."""
    account = _unproved(share)
    settle(share)
    handshakes.start(account, scene.provider, scene.ada)
    carrier = _carrier(account)
    settle(carrier)
    _type(scene, snowflake, carrier)
    settle(carrier)
    share.refresh_from_db()
    return share
