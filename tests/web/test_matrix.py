"""Every address × every role × an object of one's own, another customer's and none: who gets what, and who leaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.people.models import User
from tests.web import matrix, rows
from tests.web.matrix import Address

pytestmark = pytest.mark.django_db
CUSTOMERS = ("anonymous", "newcomer", "viewer", "member", "owner", "approver")
# Whoever is not signed in may see these; of an approval and an invitation the address itself is the secret.
PUBLIC = {
    "healthz", "theme", "approval", "invitation", "account_login", "account_signup", "account_inactive",
    "account_email_verification_sent", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_request_login_code",
    "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn", "admin:login",
    "organization-sign-in", "openid_connect_login", "openid_connect_callback", "socialaccount_login_cancelled",
    "socialaccount_login_error", "socialaccount_signup",
}  # fmt: skip
# Leaving ends the session that the next requests need; tests of their own look at it.
LEAVING = {"account_logout", "admin:logout", "delete-account"}
# What forms ask for, and what they must not take: whose it is, in which state, decided by whom.
FIELDS = {
    "sure": "on", "reason": "Because.", "role": "owner", "email": "x@y.example", "answer": "approve",
    "code": "ABCD-EFGH", "account": "mallory-lab", "region": "AWS_US_EAST_1", "organization": "1", "state": "approved",
    "is_staff": "on", "staff_role": "operator", "is_superuser": "on", "decided_by": "1", "proof_kind": "vouched",
    "overlap_days": "14",
}  # fmt: skip
CLOSED = (301, 302, 400, 403, 404, 405)
FEWEST = 5000


class Tally:
    """What was asked, and what should not have been answered like that."""

    def __init__(self) -> None:
        self.requests = 0
        self.wrong: list[str] = []

    def ask(self, role: str, client: Client, method: str, address: Address) -> None:
        with matrix.writes() as written:
            answer = client.get(address.path) if method == "get" else client.post(address.path, FIELDS)
            body = b"".join(answer) if answer.streaming else answer.content
        self.requests += 1
        for words in _faults(role, method, address, answer, body.decode(errors="replace"), written):
            self.wrong.append(f"{role} {method} {address.name} ({address.kind}): {words}")


def _faults(role: str, method: str, address: Address, answer: Any, body: str, written: list[str]) -> list[str]:
    status = answer.status_code
    found = [f"answers {status}"] if status >= 500 else []
    if method == "get" and written:
        found.append(f"writes {sorted(set(written))}")
    if role not in CUSTOMERS:
        return found + (_changed(address, written) if role == "auditor" else [])
    if address.name != "approval" and [mark for mark in matrix.MARKS if mark in body]:
        found.append("shows what is another customer's")
    if role == "anonymous" and address.name not in PUBLIC and status not in CLOSED:
        found.append(f"answers {status} without a sign-in")
    if address.kind in ("foreign", "random") and address.name not in PUBLIC:
        found += [f"answers {status}"] if status not in CLOSED else []
        found += [f"writes {sorted(set(written))}"] if written else []
    if address.name.startswith("admin:") and address.name != "admin:jsi18n" and status not in CLOSED:
        found.append(f"opens the administration with {status}")
    return found


def _changed(address: Address, written: list[str]) -> list[str]:
    """But for their own account, the count of guesses at the code of an approval, and the log of their looks."""
    if address.name == "customer-see":
        written = [table for table in written if not table.startswith("audit_")]
    own_account = address.path.startswith("/accounts/") or address.name == "approval"
    return [f"an auditor writes {sorted(set(written))}"] if written and not own_account else []


def test_nobody_gets_what_is_not_theirs_and_reading_changes_nothing(
    record_property: Callable[[str, object], None],
) -> None:
    house = rows.house()
    listed = list(matrix.addresses(*matrix.sides(house)))
    people = matrix.people(house)
    matrix.verify_everybody()
    tally = Tally()
    for role, user in people.items():
        client = rows.browser(user)
        client.raise_request_exception = False
        for address in listed:
            tally.ask(role, client, "get", address)
            if address.name not in LEAVING:
                tally.ask(role, client, "post", address)
        assert client.get("/help/").status_code == (200 if user else 302), f"{role} was signed out on the way"

    # With --junitxml the figures of docs/security-testing.md.
    record_property("addresses", len({address.name for address in listed}))
    record_property("roles", len(people))
    record_property("requests", tally.requests)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.requests >= FEWEST


def test_an_address_whose_object_the_matrix_does_not_know_is_noticed() -> None:
    with pytest.raises(matrix.Unlisted, match="something-new takes public_id"):
        matrix.argument("something-new", "public_id", None)


def test_the_matrix_sees_what_is_written() -> None:
    with matrix.writes() as written:
        rows.person("somebody@somewhere.example")
    assert written == ["people_user"]
    assert not User.objects.exists()
