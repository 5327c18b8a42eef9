"""Whoever records locks the audit log's head until the commit, so everything else is locked before: no two wait for
each other. PostgreSQL alone locks rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from portal.audit.models import AuditHead
from portal.mail import marking, send
from portal.mail.models import MarkedAddress, Outgoing
from portal.people import domains, erasing, forgetting, invitations, leaving, members
from portal.people.models import EmailDomain, Membership, Role, User
from shares.core.accounts import AccountIdentity
from shares.models import Dataset, DatasetObject, Policy, PolicyStage, ShareRequest, Workspace
from shares.services import moving, policy_versions, rebinding, requests, tags, talk
from tests.services.rows import EAST, Scene, customer, dataset, person
from tests.services.test_approvals_race import at_once, vote
from tests.services.test_rebinding import LATER, Two

pytestmark = pytest.mark.django_db(transaction=True)
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")

ROUNDS = 6
# Whoever changes these holds the row that they belong to.
GUARDED = {"shares_grant": "shares_share"}
_CHANGE = re.compile(r'\s*(UPDATE|DELETE FROM|INSERT INTO) "(\w+)"')
_LOCK = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)


@contextmanager
def late() -> Iterator[list[str]]:
    """The statements that take a lock which their transaction had not, after it recorded something."""
    found: list[str] = []
    state: dict[str, Any] = {"recorded": False, "held": set()}

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not connection.in_atomic_block or sql.startswith("BEGIN"):
            state.update(recorded=False, held=set())
        change, lock = _CHANGE.match(sql), _LOCK.search(sql)
        table = change[2] if change else lock[1] if lock else ""
        table = GUARDED.get(table, table)
        if table == "audit_audithead":
            state["recorded"] = True
        elif table and state["recorded"] and table not in state["held"] and not sql.startswith("INSERT"):
            found.append(sql[:90])
        elif table:
            state["held"].add(table)
        return execute(sql, params, many, context)

    real = transaction.Atomic.__enter__

    def enter(self: transaction.Atomic) -> None:
        if not connection.in_atomic_block:
            state.update(recorded=False, held=set())
        real(self)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(look):
        patch.setattr(transaction.Atomic, "__enter__", enter)
        yield found


def deactivate(user: User, by: User) -> None:
    before, now = User.objects.get(pk=user.pk), User.objects.get(pk=user.pk)
    now.is_active = False
    with transaction.atomic():
        now.save()
        leaving.went(before, now, by)


def in_policies(*people: User) -> None:
    """Each in a stage of a policy of their own."""
    for user in people:
        for number in (1, 2):
            policy = Policy.objects.create(name=f"{user} {number}")
            PolicyStage.objects.create(policy=policy, position=1, name="Owner").people.set([user])
            policy_versions.publish(policy, user)


def an_approver_leaves() -> Callable[[], object]:
    scene = Scene()
    deb = person("deb@sky.test", "Deb", is_staff=True)
    scene.flights.approvers.add(deb)
    in_policies(deb)
    policy = Policy.objects.first()
    assert policy
    policy.stages.get().people.add(scene.dan)
    policy.datasets.set([scene.fleet])
    policy_versions.publish(policy, scene.eve)
    for item in (scene.flights, scene.fleet):
        scene.request(datasets=[item])
    return lambda: deactivate(deb, scene.eve)


def mail_comes_back() -> Callable[[], object]:
    scene = Scene()
    for item in (scene.flights, scene.fleet):
        scene.request(datasets=[item])
    return lambda: marking.mark(scene.dan.email, "came back")


def mail_is_refused() -> Callable[[], object]:
    mail_comes_back()
    mail = Outgoing.objects.filter(to="dan@sky.test").first()
    assert mail
    return lambda: send._note_failure(mail, SMTPRecipientsRefused({mail.to: (550, b"nobody of that name")}))


def mail_arrives_again() -> Callable[[], object]:
    mail_comes_back()()
    return lambda: marking.confirm(MarkedAddress.objects.get(), User.objects.get(email="eve@sky.test"))


def an_account_goes_to_another_customer() -> Callable[[], object]:
    two = Two()
    scene_request = ShareRequest.objects.filter(organization=two.united).first()
    assert scene_request
    two.start()
    ShareRequest.objects.filter(pk=scene_request.pk).update(state="submitted")

    def carry_on() -> None:
        with time_machine.travel(timezone.now() + LATER, tick=False):
            rebinding.carry_on()

    return carry_on


def a_person_is_erased() -> Callable[[], object]:
    scene = Scene()
    more = customer("Delta", "DL", owner=scene.ada, member=scene.bea)
    for organization in (scene.united, more):
        Membership.objects.filter(organization=organization, user=scene.bea).update(role=Role.OWNER)
        for number in range(2):
            invitations.invite(organization, f"new{number}@x.test", Role.VIEWER, scene.bea)
    return lambda: erasing.erase(scene.bea)


def a_person_is_taken_out() -> Callable[[], object]:
    scene = Scene()
    Membership.objects.filter(user=scene.bea).update(role=Role.OWNER)
    for number in range(2):
        invitations.invite(scene.united, f"new{number}@x.test", Role.VIEWER, scene.bea)
    return lambda: members.remove(Membership.objects.get(user=scene.bea), scene.ada)


def a_domain_is_taken_out() -> Callable[[], object]:
    scene = Scene()
    domain = EmailDomain.objects.create(organization=scene.united, domain="ua.test")
    return lambda: domains.remove(domain, scene.ada)


def a_version_cannot_wait() -> Callable[[], object]:
    from shares.services.publishing import publish

    scene = Scene()
    scene.approved()
    before = scene.flights.version
    assert before
    DatasetObject.objects.get(dataset=scene.flights).columns.filter(name="ORIGIN").delete()
    publish(Dataset.objects.get(pk=scene.flights.pk), scene.eve)
    return lambda: moving.hurry(before, before.items[0], {"ORIGIN"})


def columns_are_tagged() -> Callable[[], object]:
    Scene()
    seen = {item.source: {"ORIGIN": "T: x"} for item in DatasetObject.objects.all()}
    return lambda: tags.note(seen)


def something_is_deleted_by_hand() -> Callable[[], object]:
    scene = Scene()
    workspace = Workspace.objects.create(organization=scene.united, name="Other", tenant_key="OTHER")
    client = Client()
    client.force_login(scene.eve)
    return lambda: client.post(f"/admin/shares/workspace/{workspace.pk}/delete/", {"post": "yes"})


@on_postgres
@pytest.mark.parametrize(
    "prepare",
    [
        an_approver_leaves,
        mail_comes_back,
        mail_is_refused,
        mail_arrives_again,
        an_account_goes_to_another_customer,
        a_person_is_erased,
        a_person_is_taken_out,
        a_domain_is_taken_out,
        a_version_cannot_wait,
        columns_are_tagged,
        something_is_deleted_by_hand,
    ],
)
def test_what_is_recorded_comes_after_every_lock(prepare: Callable[[], Callable[[], object]]) -> None:
    act = prepare()
    entries = AuditHead.objects.get().entries
    with late() as found:
        act()
    assert AuditHead.objects.get().entries > entries
    assert found == []


def race(make: Callable[[Scene, int], tuple[Callable[[], object], ...]]) -> list[str]:
    """What was refused or failed in some rounds of what `make` answers for each."""
    scene = Scene()
    return [words for number in range(ROUNDS) for words in at_once(*make(scene, number)) if words != "ok"]


def asked(scene: Scene, number: int, **fields: Any) -> ShareRequest:
    return scene.request(identity=AccountIdentity("CARRIERUA", f"A{number}", "", EAST), **fields)


def test_another_customer_may_ask_for_a_dataset_while_somebody_votes_about_it() -> None:
    def make(scene: Scene, number: int) -> tuple[Callable[[], object], ...]:
        owner = person(f"o{number}@o.test")
        other = customer(f"Other {number}", f"O{number}", owner=owner)
        draft = scene.draft(
            organization=other,
            requester=owner,
            workspaces=list(other.workspaces.all()),
            identity=AccountIdentity("OTHER", f"A{number}", "", EAST),
        )
        return vote(asked(scene, number), scene.dan, "approve"), lambda: requests.submit(draft)

    assert race(make) == []


def test_something_may_be_said_about_a_request_while_somebody_votes() -> None:
    def make(scene: Scene, number: int) -> tuple[Callable[[], object], ...]:
        request = asked(scene, number)
        mine = ShareRequest.objects.get(pk=request.pk)
        return vote(request, scene.dan, "approve"), lambda: talk.say(mine, scene.ada, "Hello.")

    assert race(make) == []


def test_an_approver_may_leave_while_another_votes() -> None:
    def make(scene: Scene, number: int) -> tuple[Callable[[], object], ...]:
        deb = person(f"deb{number}@sky.test", "Deb", is_staff=True)
        scene.flights.approvers.add(deb)
        return vote(asked(scene, number), scene.dan, "approve"), lambda: deactivate(deb, scene.eve)

    assert race(make) == []


def test_mail_may_come_back_while_another_votes() -> None:
    def make(scene: Scene, number: int) -> tuple[Callable[[], object], ...]:
        deb = person(f"deb{number}@sky.test", "Deb")
        alone = dataset(f"A{number}", [scene.east], [deb])
        both = dataset(f"B{number}", [scene.east], [deb, scene.dan])
        asked(scene, 2 * number, datasets=[alone])
        second = asked(scene, 2 * number + 1, datasets=[both])
        return vote(second, scene.dan, "approve"), lambda: marking.mark(deb.email, "came back")

    assert race(make) == []


@on_postgres
def test_the_log_is_free_while_all_tables_are_searched_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    real, outcomes = forgetting.forget, []

    def lock_head() -> None:
        with transaction.atomic():
            AuditHead.objects.select_for_update(nowait=True).get()

    def forget(*args: Any) -> int:
        outcomes.extend(at_once(lock_head))
        return real(*args)

    monkeypatch.setattr(forgetting, "forget", forget)
    erasing.erase(scene.bea)
    assert outcomes == ["ok"]
