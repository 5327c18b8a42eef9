"""The administration of people, the audit log and the outbox: what it may do and what it leaves behind."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from portal.audit import pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.mail import outbox
from portal.mail.models import Outgoing
from portal.people import services
from portal.people.admin_choosing import Choosing
from portal.people.models import Membership, Organization, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    return services.add_person(
        "eve@sky.test", password="correct horse", verified=True, is_staff=True, is_superuser=True
    )


@pytest.fixture
def operator(eve: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": eve.email, "password": "correct horse"})
    return client


def member(role: Role = Role.MEMBER) -> Membership:
    organization = Organization.objects.create(name="United", slug="united")
    return services.attach(services.add_person("bea@ua.test", verified=True), organization, role)


def save_members(operator: Client, membership: Membership, **changes: str) -> None:
    organization = membership.organization
    fields = {
        "name": organization.name,
        "slug": organization.slug,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(membership.pk),
        "memberships-0-organization": str(organization.pk),
        "memberships-0-role": membership.role,
        **changes,
    }
    response = operator.post(f"/admin/people/organization/{organization.pk}/change/", fields)
    assert response.status_code == 302, response.content.decode()


def test_a_changed_role_is_recorded(operator: Client, eve: User) -> None:
    membership = member()
    save_members(operator, membership, **{"memberships-0-role": "owner"})
    membership.refresh_from_db()
    assert membership.role == Role.OWNER
    entry = AuditEntry.objects.get(action="membership.changed")
    assert (entry.actor, entry.data["before"], entry.data["role"]) == (eve, "member", "owner")
    assert Outgoing.objects.filter(kind="attached").count() == 1, "a new role is no new membership"


def test_an_existing_membership_cannot_be_moved_to_somebody_else(operator: Client) -> None:
    membership = member()
    stranger = services.add_person("cy@dl.test", verified=True)
    save_members(operator, membership, **{"memberships-0-user": str(stranger.pk)})
    assert Membership.objects.get().user_id == membership.user_id


def test_a_removed_member_is_recorded(operator: Client) -> None:
    membership = member()
    save_members(operator, membership, **{"memberships-0-DELETE": "on"})
    assert not Membership.objects.exists()
    [entry] = pseudonyms.attach(AuditEntry.objects.filter(action="membership.removed"))
    assert entry.target_shown == "bea@ua.test"


def test_what_is_changed_by_hand_is_recorded_with_its_fields(operator: Client) -> None:
    membership = member()
    save_members(operator, membership, name="United Airlines")
    assert AuditEntry.objects.get(action="admin.organization.changed").data == {
        "fields": ["name"],
        "changes": {"name": {"before": "United", "after": "United Airlines"}},
    }


def test_nobody_deletes_a_person_by_hand_and_an_erased_one_stays_readable_in_the_log(operator: Client) -> None:
    user = member().user
    assert operator.post(f"/admin/people/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert operator.post(f"/admin/people/user/{user.pk}/erase/", {"sure": "on"}).status_code == 302
    assert operator.get("/admin/audit/auditentry/").status_code == 200
    for entry in AuditEntry.objects.all():
        assert operator.get(f"/admin/audit/auditentry/{entry.pk}/change/").status_code == 200


def test_a_person_added_by_an_admin_confirms_the_address_at_the_first_sign_in(operator: Client) -> None:
    fields = {
        "email": "New@UA.test",
        "name": "New",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    response = operator.post("/admin/people/user/add/", fields)
    assert response.status_code == 302, response.content.decode()
    assert User.objects.filter(email="new@ua.test").exists()
    client = Client()
    client.post("/accounts/login/", {"login": "new@ua.test", "password": "correct horse battery"})
    assert client.get("/welcome/").status_code == 302, "not signed in yet"
    assert Outgoing.objects.get(to="new@ua.test").kind == "verification"


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_the_audit_log_is_only_read(operator: Client, path: str) -> None:
    entry = record("test.done")
    assert operator.post(f"/admin/audit/auditentry/{path.format(pk=entry.pk)}", {"post": "yes"}).status_code == 403
    operator.post(f"/admin/audit/auditentry/{entry.pk}/change/", {"action": "test.forged"})
    assert AuditEntry.objects.get(pk=entry.pk).action == "test.done"


def given_up() -> Outgoing:
    context = {"name": "Ada", "organization": "United", "role": "Owner", "home_url": "http://firn.test/"}
    mail = outbox.post("attached", "ada@ua.test", context, key="attached:1:ada@ua.test")
    assert mail
    Outgoing.objects.update(next_attempt_at=None, attempts=48, error="550")
    return mail


def test_a_mail_that_was_given_up_is_sent_again(operator: Client) -> None:
    mail = given_up()
    fields = {"action": "send_again", "_selected_action": str(mail.pk)}
    page = operator.post("/admin/mail/outgoing/", fields, follow=True).content.decode()
    assert "1 mail is on its way again." in page
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)
    assert AuditEntry.objects.filter(action="mail.sent_again").count() == 1


def test_staff_who_may_only_look_send_nothing_again() -> None:
    mail = given_up()
    looker = services.add_person("lo@sky.test", verified=True, is_staff=True)
    client = Client()
    client.force_login(looker)
    client.post("/admin/mail/outgoing/", {"action": "send_again", "_selected_action": str(mail.pk)})
    mail.refresh_from_db()
    assert mail.state == "given up"


def test_the_outbox_shows_no_bodies(operator: Client) -> None:
    mail = given_up()
    page = operator.get(f"/admin/mail/outgoing/{mail.pk}/change/").content.decode()
    assert mail.subject in page
    assert mail.text.strip().splitlines()[0] not in page


@pytest.mark.parametrize(("state", "shown"), [("given-up", True), ("waiting", False), ("sent", False)])
def test_the_outbox_is_filtered_by_state(operator: Client, state: str, shown: bool) -> None:
    given_up()
    page = operator.get(f"/admin/mail/outgoing/?state={state}").content.decode()
    assert ("ada@ua.test" in page) is shown


@pytest.mark.parametrize("change", [{"memberships-0-DELETE": "on"}, {"memberships-0-role": "viewer"}])
def test_the_last_owner_is_neither_taken_out_nor_made_less_by_hand(operator: Client, change: dict[str, str]) -> None:
    membership = member(Role.OWNER)
    organization = membership.organization
    fields = {"name": "United", "slug": "united", "is_active": "on", "memberships-TOTAL_FORMS": "1"}
    fields |= {"memberships-INITIAL_FORMS": "1", "memberships-0-id": str(membership.pk), "memberships-0-role": "owner"}
    fields |= {"memberships-0-organization": str(organization.pk), **change}
    answer = operator.post(f"/admin/people/organization/{organization.pk}/change/", fields)
    assert "at least one owner" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.role == Role.OWNER


def owners_by_hand(operator: Client, *changes: dict[str, str]) -> str:
    """United has two owners; what each of their lines of its form says, saved at once."""
    first = member(Role.OWNER)
    second = services.attach(services.add_person("cy@ua.test", verified=True), first.organization, Role.OWNER)
    fields = {"name": "United", "slug": "united", "is_active": "on"}
    fields |= {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "2"}
    for number, (membership, change) in enumerate(zip((first, second), changes, strict=True)):
        line = {"id": str(membership.pk), "organization": str(first.organization_id), "role": "owner", **change}
        fields |= {f"memberships-{number}-{name}": value for name, value in line.items()}
    return operator.post(f"/admin/people/organization/{first.organization_id}/change/", fields).content.decode()


@pytest.mark.parametrize("gone", [{"DELETE": "on"}, {"role": "member"}])
def test_two_owners_do_not_go_in_one_save(operator: Client, gone: dict[str, str]) -> None:
    assert "at least one owner" in owners_by_hand(operator, gone, gone)
    assert Membership.objects.filter(role=Role.OWNER).count() == 2


def test_one_of_two_owners_goes_by_hand(operator: Client) -> None:
    owners_by_hand(operator, {"DELETE": "on"}, {})
    assert [one.user.email for one in Membership.objects.filter(role=Role.OWNER)] == ["cy@ua.test"]


def test_stopping_the_last_owner_says_what_is_missing_now(operator: Client) -> None:
    owner = member(Role.OWNER).user
    fields = {"email": owner.email, "name": "Bea", "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    saved = operator.post(f"/admin/people/user/{owner.pk}/change/", fields, follow=True)
    assert "United has no owner any more" in saved.content.decode()


def test_a_change_of_rights_says_what_was_before_and_keeps_no_name(operator: Client, eve: User) -> None:
    lou = services.add_person("lou@sky.test", name="Louis Armstrong", verified=True, is_staff=True)
    fields = {"email": lou.email, "name": "Louise", "is_active": "on", "is_staff": "on", "staff_role": "operator"}
    fields |= {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    assert operator.post(f"/admin/people/user/{lou.pk}/change/", fields).status_code == 302
    data = AuditEntry.objects.get(action="admin.user.changed").data
    assert data == {
        "fields": ["name", "staff_role"],
        "changes": {"staff_role": {"before": "", "after": "operator"}},
    }


def test_a_password_set_by_hand_is_recorded_without_it(operator: Client, eve: User) -> None:
    lou = services.add_person("lou@sky.test", name="Lou", verified=True)
    typed = {"password1": "a brand new secret", "password2": "a brand new secret", "usable_password": "true"}
    assert operator.post(f"/admin/people/user/{lou.pk}/password/", typed).status_code == 302
    entry = AuditEntry.objects.get(action="admin.user.password_set")
    assert (entry.actor, entry.target_id) == (eve, str(lou.pk))
    assert "brand new" not in str(entry.data)


@pytest.mark.parametrize("sent", ["1) OR 1=1", "9" * 30, "²"])
def test_what_is_no_id_is_an_error_of_its_field_wherever_one_can_search(operator: Client, sent: str) -> None:
    """Django's own field fails over it, when it shows again what was sent."""
    searching = [one for one in admin.site._registry.values() if one.autocomplete_fields]
    assert len(searching) > 5
    for one in searching:
        path = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_add")
        answer = operator.post(path, dict.fromkeys(one.autocomplete_fields, sent))
        assert answer.status_code == 200, path
        assert set(one.autocomplete_fields) <= set(answer.context["adminform"].form.errors), path


def test_so_it_is_in_the_rows_of_a_form(operator: Client) -> None:
    inlines = [kind for one in admin.site._registry.values() for kind in one.inlines if kind.autocomplete_fields]
    assert [kind.__name__ for kind in inlines if not issubclass(kind, Choosing)] == []
    organization = Organization.objects.create(name="United", slug="united")
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-user": "' --"}
    answer = operator.post(f"/admin/people/organization/{organization.pk}/change/", rows)
    assert answer.status_code == 200
    assert "user" in answer.context["inline_admin_formsets"][0].formset.errors[0]
