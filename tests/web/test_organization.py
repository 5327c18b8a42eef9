"""The page of one's organization: who belongs to it, who is invited, and the doors that owners have."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people import invitations
from portal.people.models import Invitation, Membership, Role, User
from tests.web import rows
from tests.web.rows import House


def invited(house: House, email: str = "new@ua.example", role: Role = Role.MEMBER) -> tuple[Invitation, str]:
    """An invitation, and the path of its link as it was mailed."""
    made = invitations.invite(house.ua, email, role, house.ada)
    found = re.search(r"http://firn.test(/invitations/\S+)", Outgoing.objects.filter(kind="invited").latest("id").text)
    assert found
    return made, found[1]


def known(email: str) -> User:
    """Somebody who has proved that this mailbox is theirs."""
    user = rows.person(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def of_bea(house: House) -> Membership:
    return Membership.objects.get(user=house.bea)


def test_members_see_each_other_and_nobody_else(house: House) -> None:
    page = rows.browser(house.vic).get("/organization/").content.decode()

    assert "ada@ua.example" in page
    assert "bea@ua.example" in page
    assert "cy@dl.example" not in page
    assert "Invite somebody" not in page


def test_an_owner_invites_and_the_mailbox_s_owner_joins(house: House) -> None:
    client = rows.browser(house.ada)
    assert client.post("/organization/invite/", {"email": "New@ua.example", "role": "member"}).status_code == 302
    mail = Outgoing.objects.get(kind="invited")
    path = re.search(r"http://firn.test(/invitations/\S+)", mail.text)
    assert path
    newcomer = rows.browser(known("new@ua.example"))

    assert "Join Carrier UA" in newcomer.get(path[1]).content.decode()
    assert newcomer.post(path[1]).status_code == 302

    assert Membership.objects.get(user__email="new@ua.example").role == Role.MEMBER
    assert newcomer.get("/").status_code == 200
    assert AuditEntry.objects.filter(action="invitation.accepted", organization=house.ua).count() == 1


def test_reading_the_link_changes_nothing(house: House) -> None:
    invitation, path = invited(house)
    for client in (rows.browser(), rows.browser(known("new@ua.example"))):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_forwarded_link_opens_nothing(house: House) -> None:
    _, path = invited(house)
    other = rows.browser(known("other@somewhere.example"))

    assert "another mailbox" in other.get(path).content.decode()
    other.post(path)

    assert not Membership.objects.filter(user__email="other@somewhere.example").exists()


def test_an_address_that_is_not_proved_opens_nothing(house: House) -> None:
    _, path = invited(house)
    user = rows.person("new@ua.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    rows.browser(user).post(path)
    assert not Membership.objects.filter(user=user).exists()


def test_links_that_are_used_revoked_expired_or_invented_answer_alike(house: House) -> None:
    _, used_path = invited(house, "one@ua.example")
    invitations.accept(used_path.split("/")[2], known("one@ua.example"))
    revoked, revoked_path = invited(house, "two@ua.example")
    rows.browser(house.ada).post(f"/organization/invitations/{revoked.public_id}/revoke/")
    expired, expired_path = invited(house, "three@ua.example")
    Invitation.objects.filter(pk=expired.pk).update(expires_at=expired.created_at)
    paths = (used_path, revoked_path, expired_path, "/invitations/guessed/")

    answers = [rows.browser().get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {re.sub(r'value="[^"]*"|x-csrftoken":"[^"]*"', "", answer.content.decode()) for answer in answers}
    bodies = {re.sub(r"/invitations/[\w-]+/", "", body) for body in bodies}
    assert len(bodies) == 1


def test_sending_it_again_makes_a_new_link_and_closes_the_old(house: House) -> None:
    invitation, old = invited(house)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=invitation.sent_at - invitations.RESEND_AFTER)

    rows.browser(house.ada).post(f"/organization/invitations/{invitation.public_id}/resend/")

    new = re.search(r"(/invitations/\S+)", Outgoing.objects.filter(kind="invited").latest("id").text)
    assert new
    assert rows.browser().get(old).status_code == 404
    assert rows.browser().get(new[1]).status_code == 200


def test_the_answer_to_an_invitation_does_not_tell_whether_there_is_an_account(house: House) -> None:
    known("known@elsewhere.example")
    client = rows.browser(house.ada)
    answers = [
        client.post("/organization/invite/", {"email": email, "role": "viewer"}, follow=True).content.decode()
        for email in ("known@elsewhere.example", "nobody@elsewhere.example")
    ]
    assert "An invitation is on its way to known@elsewhere.example" in answers[0]
    assert "An invitation is on its way to nobody@elsewhere.example" in answers[1]


def test_a_link_lapses_with_the_right_of_whoever_sent_it(house: House) -> None:
    _, path = invited(house)
    Membership.objects.filter(user=house.ada).update(role=Role.MEMBER)
    assert rows.browser().get(path).status_code == 404


def test_twenty_invitations_within_an_hour_are_enough(house: House) -> None:
    for number in range(invitations.AN_HOUR):
        invited(house, f"n{number}@ua.example")
    page = rows.browser(house.ada).post("/organization/invite/", {"email": "more@ua.example", "role": "member"})
    assert page.status_code == 422
    assert Invitation.objects.count() == invitations.AN_HOUR


def test_somebody_removed_is_out_at_once_everywhere(house: House) -> None:
    theirs = rows.browser(house.bea)
    assert theirs.get("/").status_code == 200

    rows.browser(house.ada).post(f"/organization/members/{of_bea(house).pk}/remove/", {"sure": "on"})

    assert not Membership.objects.filter(user=house.bea).exists()
    assert theirs.get("/").headers["Location"].startswith("/accounts/login/")
    assert Outgoing.objects.filter(kind="removed", to="bea@ua.example").count() == 1


def test_nobody_is_removed_without_the_tick(house: House) -> None:
    path = f"/organization/members/{of_bea(house).pk}/remove/"
    assert rows.browser(house.ada).get(path).status_code == 200
    assert rows.browser(house.ada).post(path).status_code == 422
    assert Membership.objects.filter(user=house.bea).exists()


def test_links_of_somebody_removed_are_void(house: House) -> None:
    Membership.objects.filter(user=house.bea).update(role=Role.OWNER)
    invitations.invite(house.ua, "friend@ua.example", Role.OWNER, house.bea)
    rows.browser(house.ada).post(f"/organization/members/{of_bea(house).pk}/remove/", {"sure": "on"})
    assert Invitation.objects.get().revoked_at is not None


def test_a_role_changes_and_the_person_is_told(house: House) -> None:
    rows.browser(house.ada).post(f"/organization/members/{of_bea(house).pk}/role/", {"role": "viewer"})
    assert of_bea(house).role == Role.VIEWER
    assert "Viewer" in Outgoing.objects.get(kind="role-changed").subject


@pytest.mark.parametrize("verb", ["role", "leave"])
def test_the_last_owner_stays(house: House, verb: str) -> None:
    mine = Membership.objects.get(user=house.ada)
    path = "/organization/leave/" if verb == "leave" else f"/organization/members/{mine.pk}/role/"
    page = rows.browser(house.ada).post(path, {"sure": "on", "role": "viewer"}, follow=True).content.decode()
    assert "at least one owner" in page
    assert Membership.objects.get(pk=mine.pk).role == Role.OWNER


def test_a_member_leaves(house: House) -> None:
    client = rows.browser(house.bea)
    client.post("/organization/leave/", {"sure": "on"})
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/welcome/"


def _doors(house: House) -> list[str]:
    invitation, _ = invited(house)
    mine = f"/organization/invitations/{invitation.public_id}"
    bea = f"/organization/members/{of_bea(house).pk}"
    return [f"{mine}/resend/", f"{mine}/revoke/", f"{bea}/role/", f"{bea}/remove/"]


def test_strangers_find_nothing(house: House) -> None:
    for path in _doors(house):
        assert rows.browser(house.cy).post(path, {"role": "viewer", "sure": "on"}).status_code == 404, path
    assert of_bea(house).role == Role.MEMBER


@pytest.mark.parametrize("who", ["bea", "vic"])
def test_only_owners_may(house: House, who: str) -> None:
    for path in [*_doors(house), "/organization/invite/"]:
        fields = {"role": "viewer", "sure": "on", "email": "x@ua.example"}
        assert rows.browser(getattr(house, who)).post(path, fields).status_code == 403, path


def test_changes_take_posts_only(house: House) -> None:
    for path in [*_doors(house)[:3], "/organization/invite/"]:
        assert rows.browser(house.ada).get(path).status_code == 405, path
