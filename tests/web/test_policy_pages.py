"""Who decides, as a dataset's, a request's and an approval's page tell it."""

from __future__ import annotations

import pytest

from portal.people.models import User
from shares.models import Ask, Policy, ShareRequest
from shares.services import policies, policy_versions
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def kim(house: House) -> User:
    return rows.person("kim@skyledger.example", "Kim")


@pytest.fixture
def asked(house: House, kim: User) -> ShareRequest:
    """Under a policy of two stages, of which the second is Kim's, and that wants a sign-in."""
    policy = Policy.objects.create(name="Ours", code_suffices=False)
    policy.datasets.add(house.flights)
    policy.stages.create(name="Data owner", dataset_approvers=True)
    policy.stages.create(name="Privacy", position=2).people.add(kim)
    policy_versions.publish(policy, house.eve)
    made = rows.request(house.ada, house.flights)
    policies.pin(made)
    return made


def test_a_dataset_says_who_decides_with_names_for_staff_only(house: House, asked: ShareRequest) -> None:
    customer = rows.browser(house.bea).get("/catalog/flights/").content.decode()
    assert "Who decides about a request" in customer
    assert "1 approval is enough." in customer
    assert "Kim" not in customer
    assert "1 approval is enough (Kim)." in rows.browser(house.eve).get("/catalog/flights/").content.decode()


def test_a_request_says_whose_turn_it_is(house: House, asked: ShareRequest) -> None:
    page = rows.browser(house.bea).get(f"/requests/{asked.public_id}/").content.decode()
    assert page.index("Data owner") < page.index("Asked now") < page.index("Privacy") < page.index("Later")
    assert "Kim" not in page
    assert "Kim" in rows.browser(house.eve).get(f"/requests/{asked.public_id}/").content.decode()


def test_where_a_sign_in_is_wanted_the_page_has_no_field_for_the_code(house: House, asked: ShareRequest) -> None:
    path = f"/approvals/{Ask.objects.get().public_id}/"
    page = rows.browser().get(path).content.decode()
    assert "Sign in to answer" in page
    assert 'name="code"' not in page
    assert 'name="answer"' in rows.browser(house.dan).get(path).content.decode()
