"""An account goes to another customer: what Snowflake holds of the one before is gone before the other has anything."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.people.models import Organization
from shares.models import ConsumerAccount, Grant, Rebinding, Share, Workspace
from shares.models.accounts import ProofKind
from shares.services import rebinding
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import can_see, mounted, rows_of
from tests.snowflake.world import OWN_FLIGHTS, Snowflake


def delta_gets(scene: Scene, delta: Organization, account: ConsumerAccount, like: Grant) -> Share:
    """The same dataset, granted to Delta for its own rows in the account that is theirs now."""
    workspace = Workspace.objects.create(organization=delta, name="Delta", tenant_key="DL")
    share = Share.objects.create(organization=delta, consumer_account=account, provider_account=scene.provider)
    grant = Grant.objects.create(
        share=share, dataset=scene.flights, request=like.request, valid_from=timezone.now(), valid_until=None
    )
    grant.workspaces.set([workspace])
    return share


def test_nothing_of_the_customer_before_is_left_when_it_changes_hands(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    account, grant = share.consumer_account, share.grants.get(dataset=scene.flights)
    delta = Organization.objects.create(name="Delta", slug="delta")
    going = rebinding.start(account, delta, scene.eve, "It was sold with the business.")
    before = snowflake.now()
    settle(share)
    assert snowflake.changes_since(before) == [], "until its time nothing changes"

    Rebinding.objects.filter(pk=going.pk).update(effective_at=timezone.now() - timedelta(seconds=1))
    assert rebinding.carry_on() == 0
    assert rebinding.carry_on() == 0, "the share still stands"
    assert ConsumerAccount.objects.get(pk=account.pk).organization == scene.united
    settle(share)
    assert not can_see(snowflake.ua, share)
    assert rebinding.carry_on() == 1

    account = ConsumerAccount.objects.get(pk=account.pk)
    theirs = delta_gets(scene, delta, account, grant)
    settle(theirs)
    assert not can_see(snowflake.ua, theirs), "nobody has proved it for them"
    ConsumerAccount.objects.filter(pk=account.pk).update(proof=ProofKind.HANDSHAKE)
    ready(theirs)
    with mounted(snowflake.ua, theirs) as database:
        assert rows_of(snowflake.ua, database, theirs) == {"DL": OWN_FLIGHTS["DL"]}
    settle(share)
    assert not can_see(snowflake.ua, share), "and the old one stays away"
