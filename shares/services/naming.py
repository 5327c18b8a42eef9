"""What Snowflake itself calls a customer's account. One known by its locator alone is added by it, and is shown by its
name from then on: learn the name. One known by its name is simulated by its locator, as CURRENT_ACCOUNT() is one: learn
that where it is shown.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists

from portal.audit.record import record
from shares.core.accounts import AccountIdentity, Sureness, is_locator
from shares.core.said import Said
from shares.core.spec import AccountRef, Observed, Phase, ShareSpec
from shares.core.steps import AddAccounts, RemoveAccounts, Stage, Step
from shares.models import ConsumerAccount, Run, Share, Statement
from shares.services.apply import change
from shares.services.leases import Lease
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.inspect import observe


class Taken(Exception):
    """The locator belongs to an account that another customer has named; the message has its name."""


def learn(client: Client, run: Run, lease: Lease, before: Observed, spec: ShareSpec) -> None:
    """After it was added: the one account that was not there before is it. Raises Taken."""
    account = run.share.consumer_account
    if account.snowflake_organization:
        return
    old = _names(before)
    new = [name for name in _names(observe(client, spec)) if name not in old]
    if len(new) == 1:
        _name(client, run, lease, spec, new[0])


def is_open(share: Share, spec: ShareSpec, observed: Observed) -> bool:
    """Whether a run died between adding the account and learning its name.

    Then what looks like a stranger in the share may be the customer, whose mount a removal would break.
    """
    if share.consumer_account.snowflake_organization or spec.phase is not Phase.LIVE or not spec.may_add:
        return False
    sent = Statement.objects.filter(run__share=share, sql=sql.render(_add(spec)))
    return bool(_names(observed)) and sent.exclude(outcome=Statement.Outcome.ERROR).exists()


def ask_again(client: Client, run: Run, lease: Lease, spec: ShareSpec, observed: Observed) -> None:
    """Add it again, which has no effect when it is there: if the list stays as it is and has one name, that is it.

    docs.snowflake.com/en/sql-reference/sql/alter-share: adding an account that is listed already has no effect.
    """
    account = run.share.consumer_account
    purpose = Said("Find out how Snowflake calls %(locator)s", locator=account.locator)
    change(client, run, lease, Step(Stage.EXPOSE, _add(spec), purpose))
    old, now = _names(observed), _names(observe(client, spec))
    candidates = [name for name in now if name not in old] or now
    if len(candidates) == 1:
        _name(client, run, lease, spec, candidates[0])


def learn_locator(share: Share, observed: Observed) -> bool:
    """Whether the locator of the share's only reader was seen just now: by that or by name is printed who mounted it.

    What is somebody else's already is not taken.
    """
    account, seen = share.consumer_account, observed.mounted_by
    known = AccountRef(account.snowflake_organization, account.account_name, account.locator)
    alone = observed.share is not None and observed.share.accounts == (known.key,)
    if known.locator or not alone or len(seen) != 1 or seen[0] == known.account or not is_locator(seen[0]):
        return False
    return _locate(account, seen[0])


def learn_pasted(account: ConsumerAccount, identity: AccountIdentity) -> ConsumerAccount:
    """An account that is known already, after somebody of its customer pasted what Snowflake prints of it."""
    same = (identity.key, identity.region) == (account.identity.key, account.region)
    if identity.sureness is Sureness.WHOLE and same:
        _locate(account, identity.locator)
    return account


def _locate(account: ConsumerAccount, locator: str) -> bool:
    """Note the locator of an account that was known by its name alone; whether that is news."""
    taken = ConsumerAccount.objects.filter(locator=locator, region=account.region)
    with transaction.atomic():
        if not ConsumerAccount.objects.filter(~Exists(taken), pk=account.pk, locator="").update(locator=locator):
            return False
        account.locator = locator
        record("account.located", target=account, organization=account.organization, data={"locator": locator})
    return True


def _add(spec: ShareSpec) -> AddAccounts:
    return AddAccounts(spec.share, spec.accounts)


def _names(observed: Observed) -> list[str]:
    return [name for name in observed.share.accounts if "." in name] if observed.share else []


def _name(client: Client, run: Run, lease: Lease, spec: ShareSpec, name: str) -> None:
    account = run.share.consumer_account
    organization, _, short = name.partition(".")
    known = ConsumerAccount.objects.filter(snowflake_organization=organization, account_name=short)
    if known.exists():
        purpose = Said("Remove %(name)s again", name=name)
        change(client, run, lease, Step(Stage.SHRINK, RemoveAccounts(spec.share, (name,)), purpose))
        raise Taken(name)
    ConsumerAccount.objects.filter(pk=account.pk).update(snowflake_organization=organization, account_name=short)
    account.snowflake_organization, account.account_name = organization, short
    record("account.named", target=account, organization=account.organization, data={"name": name})
