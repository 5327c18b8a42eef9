"""App configuration of the people of the portal."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"
    verbose_name = "People and organizations"

    def ready(self) -> None:
        from portal.people import lasting, signals  # noqa: F401
