"""The domain app: catalog, requests, shares, and what carries them into Snowflake."""

from __future__ import annotations

from django.apps import AppConfig


class SharesConfig(AppConfig):
    name = "shares"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.people import second
        from shares import system_checks  # noqa: F401
        from shares.jobs import pulse
        from shares.services.desk import desk

        pulse.listen()
        second.also_for(lambda request: desk(request).approves)
