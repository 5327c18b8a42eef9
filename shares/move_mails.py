"""One function per mail about a share's move to another account."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.mail import links
from shares import mail_facts as facts
from shares import mails
from shares.core.said import Said
from shares.mail_post import everybody, post
from shares.models import Dataset, Move
from shares.services import mount
from shares.services.translated import translated


def ready(move: Move) -> None:
    """To everybody of the customer who works with it: it can be read, how to switch, until when both stay."""
    datasets = _datasets(move)
    context = {
        **_of_move(move, datasets),
        "steps": facts.told_list(lambda: mount.switch_over(move, datasets)),
        "retires_at": move.retires_at,
        "overlap_days": move.overlap_days,
    }
    # The day belongs to the event: after a hold the overlap begins anew.
    post("move-ready", everybody(move.old_share), f"{move.public_id}:{move.retires_at:%Y%m%d%H%M%S%f}", context)


def held(move: Move) -> None:
    """To the same people, and an alert to the provider: the old share stays, because the new one is not well."""
    reason = move.new_share.blocked_reason
    words = facts.told(lambda: facts.seen(translated(reason)).strip())
    context = {**_of_move(move, _datasets(move)), "words": words}
    event = f"{move.public_id}:{move.retires_at:%Y%m%d%H%M%S%f}"
    post("move-held", everybody(move.old_share), event, context)
    mails.alert(
        move.new_share,
        Said("A move is held: %(share)s is not well", share=move.new_share.name),
        Said(
            "The share %(share)s should have ended because it moved to %(account)s, but the new share is not as it "
            "should be. %(reason)s The old one stays meanwhile.",
            share=move.old_share.name,
            account=str(move.new_share.consumer_account),
            reason=reason,
        ),
        Said(
            "Mend the new share (see its page). Then both stay for the whole overlap once more, and the old one ends."
        ),
        key=f"move-held:{event}",
    )


def _datasets(move: Move) -> list[Dataset]:
    return list(Dataset.objects.filter(grants__share=move.new_share).distinct())


def _of_move(move: Move, datasets: list[Dataset]) -> dict[str, Any]:
    old = move.old_share.consumer_account
    return {
        **facts.of_share(move.new_share, datasets),
        "old_share": move.old_share.name,
        "old_account": str(old),
        "move_url": links.absolute(reverse("move", args=[move.public_id])),
    }
