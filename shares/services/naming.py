"""An account known by its locator alone is added by it, and is shown by its name from then on: learn the name."""

from __future__ import annotations

from portal.audit.record import record
from shares.core.said import Said
from shares.core.spec import Observed, Phase, ShareSpec
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
