"""The mail about a share that Firn took over."""

from __future__ import annotations

from shares import mail_facts as facts
from shares.mail_post import everybody, post
from shares.models import Dataset, Share
from shares.services import mount


def taken_over(share: Share) -> None:
    """To everybody of the customer: their database stays, where the data is found from now on, and until when where it
    was, too. Once for each confirmation."""
    adoption = share.adoption
    datasets = list(Dataset.objects.filter(grants__share=share, grants__revoked_at=None).distinct())
    old = sorted({".".join(item.granted.path[1:]) for item in adoption.items if item.dataset and item.stays})
    context = {
        **facts.of_share(share, datasets),
        "schema": share.schema,
        "old_paths": old,
        "overlap_until": adoption.overlap_until,
        # The database is theirs already: what is left to do is to look.
        "snippets": facts.told_list(lambda: mount.snippets(share, datasets)[2:]),
    }
    post("taken-over", everybody(share), f"{share.public_id}:{adoption.confirmed_at:%Y%m%d%H%M%S%f}", context)
