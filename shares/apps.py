"""The domain app: catalog, requests, shares, and what carries them into Snowflake."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shares.core import regions


class SharesConfig(AppConfig):
    name = "shares"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.mail import choices, examples
        from portal.people import erasing, forgetting, second
        from shares import live_columns, mail_examples, mail_topics, system_checks  # noqa: F401
        from shares.jobs import pulse
        from shares.services import digests, handing_over, replies, talk, unreachable
        from shares.services.desk import desk, look

        pulse.listen()
        examples.register(mail_examples.examples)
        choices.register(mail_topics.TOPICS, mail_topics.COLLECTED)
        digests.listen()
        handing_over.listen()
        replies.listen()
        talk.listen()
        unreachable.listen()
        second.also_for(lambda request: desk(request).approves)
        second.answered_by(lambda request: desk(request).has_second_step)
        erasing.not_for(lambda user: look(user).approves)
        for model, *names in live_columns.LIVE:
            forgetting.kept_as_it_is(model, *names)
        _extend_regions()


def _extend_regions() -> None:
    """A wrong file stops the start: an account must never be read against half a table."""
    try:
        regions.extend(Path(settings.FIRN_REGIONS_FILE) if settings.FIRN_REGIONS_FILE else None)
    except regions.BadTable as error:
        raise ImproperlyConfigured(f"FIRN_REGIONS_FILE: {error}") from error
