"""Email domains of an organization: proved through the postmaster, and what follows from that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from portal.mail.models import Outgoing
from portal.people import domains
from portal.people.invitations import Refused
from portal.people.models import EmailDomain, Membership, Role, User
from tests.web import rows
from tests.web.rows import House


def asked(house: House, name: str = "ua.example") -> tuple[EmailDomain, str]:
    """A domain that waits for its code, and the code as it was mailed."""
    domain = domains.ask(house.ua, name, house.ada)
    mail = Outgoing.objects.filter(kind="domain-code").latest("id")
    found = re.search(r"^ +([0-9A-F]{10})$", mail.text, re.MULTILINE)
    assert found
    assert mail.to == f"postmaster@{name}"
    return domain, found[1]


def proved(house: House, name: str = "ua.example") -> EmailDomain:
    domain, code = asked(house, name)
    domains.prove(domain, code, house.ada)
    domain.refresh_from_db()
    return domain


def newcomer(email: str) -> User:
    user = rows.person(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def test_an_owner_proves_a_domain_by_the_postmaster_s_code(house: House) -> None:
    client = rows.browser(house.ada)
    client.post("/organization/domains/", {"domain": "@UA.example"})
    domain = EmailDomain.objects.get()
    code = re.search(r"^ +([0-9A-F]{10})$", Outgoing.objects.get(kind="domain-code").text, re.MULTILINE)
    assert code

    assert (
        "That is not the code"
        in client.post(
            f"/organization/domains/{domain.pk}/prove/", {"code": "0000000000"}, follow=True
        ).content.decode()
    )
    client.post(f"/organization/domains/{domain.pk}/prove/", {"code": code[1].lower()})

    domain.refresh_from_db()
    assert (domain.domain, domain.how) == ("ua.example", "mail")
    assert "Proved" in client.get("/organization/").content.decode()


def test_five_tries_are_all(house: House) -> None:
    domain, code = asked(house)
    for _ in range(domains.TRIES):
        with pytest.raises(Refused, match="not the code"):
            domains.prove(domain, "1111111111", house.ada)
    with pytest.raises(Refused, match="new one"):
        domains.prove(domain, code, house.ada)


def test_an_old_code_is_none(house: House) -> None:
    domain, code = asked(house)
    EmailDomain.objects.update(code_expires_at=domain.created_at - timedelta(days=1))
    with pytest.raises(Refused, match="new one"):
        domains.prove(domain, code, house.ada)


def test_a_domain_belongs_to_one_organization(house: House) -> None:
    proved(house)
    other = domains.ask(house.dl, "ua.example", house.cy)
    with pytest.raises(Refused, match="Another organization"):
        domains.vouch(other, house.eve)
    assert EmailDomain.objects.filter(verified_at__isnull=False).count() == 1


@pytest.mark.parametrize("name", ["gmail.com", "ua", "ua example", "-ua.example", "ua.example/x", ""])
def test_what_is_nobody_s_or_no_domain_is_refused(house: House, name: str) -> None:
    with pytest.raises(Refused):
        domains.ask(house.ua, name, house.ada)


def test_people_join_by_themselves_only_where_that_is_wanted(house: House) -> None:
    domain, user = proved(house), newcomer("new@ua.example")
    domains.auto_join(user)
    assert not user.memberships.exists()
    rows.browser(house.ada).post(f"/organization/domains/{domain.pk}/join/", {"on": "yes"})

    domains.auto_join(user)
    domains.auto_join(newcomer("new@sub.ua.example"))
    domains.auto_join(newcomer("new@dl.example"))

    assert Membership.objects.get(user=user).role == Role.VIEWER
    assert house.ua.memberships.count() == 4


def test_an_address_that_is_not_confirmed_joins_nowhere(house: House) -> None:
    domains.set_auto_join(proved(house), True, house.ada)
    user = rows.person("new@ua.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    domains.auto_join(user)
    assert not user.memberships.exists()


def test_whoever_was_removed_does_not_come_back_by_themselves(house: House) -> None:
    domains.set_auto_join(proved(house), True, house.ada)
    user = newcomer("new@ua.example")
    domains.auto_join(user)
    rows.browser(house.ada).post(f"/organization/members/{user.memberships.get().pk}/remove/", {"sure": "on"})
    domains.auto_join(user)
    assert not user.memberships.exists()


@pytest.mark.parametrize("verb", ["prove", "join", "remove"])
def test_strangers_find_nothing_and_members_may_not(house: House, verb: str) -> None:
    path = f"/organization/domains/{asked(house)[0].pk}/{verb}/"
    assert rows.browser(house.cy).post(path).status_code == 404
    assert rows.browser(house.bea).post(path).status_code == 403
    # Removing asks first, on a page that only an owner sees.
    assert rows.browser(house.ada).get(path).status_code == (200 if verb == "remove" else 405)
    assert rows.browser(house.bea).get(path).status_code == (403 if verb == "remove" else 405)
    assert rows.browser(house.bea).post("/organization/domains/", {"domain": "x.example"}).status_code == 403


def test_staff_who_saw_the_record_in_the_dns_say_so(house: House) -> None:
    domain, _ = asked(house)
    fields = {"action": "seen_in_dns", "_selected_action": [domain.pk]}
    rows.browser(house.eve).post("/admin/people/emaildomain/", fields)
    domain.refresh_from_db()
    assert domain.how == EmailDomain.How.DNS


def test_removing_a_domain_asks_first_and_says_what_ends(house: House) -> None:
    domain = proved(house)
    client, path = rows.browser(house.ada), f"/organization/domains/{domain.pk}/remove/"
    assert path in client.get("/organization/").content.decode()

    page = client.get(path).content.decode()

    assert "Remove ua.example?" in page
    assert "must be proved anew" in page
    assert EmailDomain.objects.filter(pk=domain.pk).exists()
    assert client.post(path).headers["Location"] == "/organization/"
    assert not EmailDomain.objects.filter(pk=domain.pk).exists()


def test_the_page_says_which_mailbox_gets_the_code(house: House) -> None:
    asked(house)
    page = rows.browser(house.ada).get("/organization/").content.decode()
    assert re.search(r"<label for=\"code-\d+\">Code from the mail to postmaster@ua\.example</label>", page)
    assert "Send a code to postmaster@…" in page
