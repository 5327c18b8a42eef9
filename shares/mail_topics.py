"""Which mails about requests and shares somebody may do without, and which may wait for a daily one. What asks for an
answer may wait, but always comes; what decides, ends, breaks or warns comes at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.mail.choices import Topic

ASKS = frozenset({"ask", "reminder"})
CALLED_OFF = "called-off"
TOPICS = (
    Topic("arrived", _("that a request of mine arrived"), frozenset({"received"})),
    Topic(
        "progress",
        _("that data of ours is ready, or stays, opens again or changes less than announced"),
        frozenset({"ready", "kept", "resumed", "move-ready", "change-withdrawn"}),
    ),
    Topic("not-needed", _("that an answer of mine is not needed any more"), frozenset({CALLED_OFF})),
)
COLLECTED = ASKS.union(*(topic.kinds for topic in TOPICS))
# Of a mail's facts, where its subject leads, the first that is there.
LINKS = ("approval_url", "move_url", "request_url", "share_url")
