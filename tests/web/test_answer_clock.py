"""When an answer is due, on the pages of both sides."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shares.models import Ask, ShareRequest
from tests.web import rows
from tests.web.rows import House


def test_both_sides_see_when_an_answer_is_due_and_that_it_is_late(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    pages = (
        (house.bea, f"/requests/{asked.public_id}/"),
        (house.dan, f"/approvals/{Ask.objects.get().public_id}/"),
    )
    asked.consumer_account.proof = "vouched"
    asked.consumer_account.save()
    for user, path in pages:
        page = rows.browser(user).get(path).content.decode()
        assert "Answer expected" in page
        assert "Late</span>" not in page
    ShareRequest.objects.update(submitted_at=timezone.now() - timedelta(hours=49))
    for user, path in pages:
        assert "Late</span>" in rows.browser(user).get(path).content.decode()
