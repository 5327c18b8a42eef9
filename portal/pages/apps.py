"""App configuration of the portal's own pages; loads the system checks."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db.models.signals import post_migrate


def _make_cache_table(using: str, **_: Any) -> None:
    # `migrate` alone must give a working portal; the command does nothing where the table exists or is not
    # wanted.
    call_command("createcachetable", database=using, verbosity=0)


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"

    def ready(self) -> None:
        from portal import checks  # noqa: F401

        # Django sends the signal only for apps with models, which this one has not.
        post_migrate.connect(_make_cache_table, sender=apps.get_app_config("people"))
