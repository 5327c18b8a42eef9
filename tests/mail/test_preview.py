"""The previews in the administration: for staff, of every kind, and nothing is sent or stored."""

from __future__ import annotations

import pytest

from portal.mail import examples
from portal.mail.models import Outgoing
from tests.services.rows import Scene, person
from tests.web import rows

PAGE = "/admin/mail/outgoing/previews/"


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_staff_read_every_kind(scene: Scene, role: str) -> None:
    client = rows.browser(person(f"{role}@sky.test", is_staff=True, staff_role=role))
    listed = client.get(PAGE).content.decode()
    assert not [kind for kind in examples.every() if f"{PAGE}{kind}/" not in listed]
    page = client.get(f"{PAGE}ask/").content.decode()
    assert "firn+a12-" in page
    assert "&lt;!doctype html&gt;" in page
    assert "<script>alert" not in page
    assert not Outgoing.objects.exists()


def test_a_mail_program_can_open_it(scene: Scene) -> None:
    answer = rows.browser(scene.eve).get(f"{PAGE}ask/mail.eml")
    assert answer["Content-Type"] == "message/rfc822"
    assert b"Auto-Submitted: auto-generated" in answer.content


def test_nobody_else_and_nothing_else(scene: Scene) -> None:
    for user in (scene.ada, scene.bea):
        assert rows.browser(user).get(f"{PAGE}ask/").status_code in (302, 403, 404)
    assert rows.browser(scene.eve).get(f"{PAGE}nothing/").status_code == 404
    assert rows.browser(scene.eve).post(f"{PAGE}ask/").status_code == 405
