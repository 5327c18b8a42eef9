"""The proof the other way round: the customer shares something named with our code to the provider's account.

Snowflake says whose share it is (docs.snowflake.com/en/sql-reference/sql/show-shares, owner_account), so whoever made
it works in that account. It needs the account's name: a locator alone is not what SHOW SHARES prints.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shares.core.said import Said
from shares.jobs.queue import ring_inbound
from shares.models import ConsumerAccount, Handshake
from shares.models.accounts import ProofKind
from shares.services import coded, codes, handshakes
from shares.services.sessions import AccountStopped, open_client
from shares.snowflake import customer_sql, sql
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import SnowflakeError

logger = logging.getLogger(__name__)

PAUSE = timedelta(seconds=5)
# What `look_words` of a handshake may hold.
WORDS: dict[str, Promise] = {
    "no-answer": gettext_lazy("Snowflake did not answer as it should. Try again in a few minutes."),
    "locator": gettext_lazy(
        "%(value)s is known by its locator alone, so this way cannot tell whose share it is. Use the code."
    ),
    "over": gettext_lazy("This code counts no more. Ask for a new one."),
    "not-yet": gettext_lazy("No share called %(value)s has reached us yet. It can take a minute; look again."),
    "came-from": gettext_lazy("A share with this code came from %(value)s."),
    "not-yours": gettext_lazy("That is not %(value)s."),
    "found": gettext_lazy("Found it: %(value)s is yours."),
}


def ask(account: ConsumerAccount) -> None:
    """Have the customer's share looked for. Raises NotNow."""
    handshake = handshakes.current(account)
    if handshake is None:
        raise handshakes.NotNow(_("There is no code now. Ask for a new one."))
    with transaction.atomic():
        fresh = Handshake.objects.filter(pk=handshake.pk).exclude(asked_at__gt=timezone.now() - PAUSE)
        if fresh.update(asked_at=Now()):
            ring_inbound(handshake.pk)


def look(handshake_id: int) -> str:
    """Look for it; what was found, in a sentence. No fault of Snowflake's is raised."""
    handshake = Handshake.objects.select_related(
        "share__consumer_account", "share__provider_account", "started_by"
    ).get(pk=handshake_id)
    try:
        words = _looked(handshake)
    except (SnowflakeError, BadConnection, AccountStopped) as error:
        logger.warning("looking for the share of %s: %s", handshake.share.consumer_account, error)
        words = coded.stored(("no-answer", ""))
    Handshake.objects.filter(pk=handshake_id).update(looked_at=Now(), look_words=words)
    return told(words)


def told(words: str) -> str:
    """What came of the last look, in the reader's language."""
    return coded.told(words, WORDS)


def _looked(handshake: Handshake) -> str:
    account = handshake.share.consumer_account
    if not account.snowflake_organization:
        return coded.stored(("locator", str(account)))
    if not Handshake.objects.open_at(timezone.now()).filter(pk=handshake.pk).exists():
        return coded.stored(("over", ""))
    name = customer_sql.way_back_share(codes.way_back_code(handshake))
    owners = _owners(handshake, name)
    if not owners:
        return coded.stored(("not-yet", name))
    if account.identity.key not in owners:
        return coded.stored(("came-from", ", ".join(sorted(owners))), ("not-yours", str(account)))
    with transaction.atomic():
        if Handshake.objects.filter(pk=handshake.pk, used_at=None).update(used_at=Now()):
            to = handshake.share.provider_account.identifier
            note = Said("It shared %(share)s with %(account)s.", share=name, account=to)
            handshakes.prove(account, ProofKind.REVERSE, handshake.started_by, note)
    return coded.stored(("found", str(account)))


def _owners(handshake: Handshake, name: str) -> set[str]:
    """Who shares something of this name with the provider, as ORG.ACCOUNT."""
    client = open_client(handshake.share.provider_account)
    try:
        rows = client.run(sql.show_shares(name)).rows
    finally:
        client.close()
    inbound = [row for row in rows if row["kind"] == "INBOUND" and str(row["name"]).rpartition(".")[2] == name]
    return {str(row["owner_account"]).upper() for row in inbound}
