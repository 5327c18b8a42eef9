"""`python -m tests.looks.world` makes database and static files in FIRN_LOOKS and prints sessions and paths as JSON."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.looks.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from portal.people.models import Organization, User  # noqa: E402
from tests.looks import frozen  # noqa: E402
from tests.looks.scene import Scene, build  # noqa: E402


def main() -> None:
    tell(made())


def made() -> Scene:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with frozen.made() if os.environ.get("FIRN_LOOKS_FROZEN") else nullcontext():
        return build()


def tell(scene: Scene) -> None:
    with frozen.made() if os.environ.get("FIRN_LOOKS_FROZEN") else nullcontext():
        sessions = {role: _session(user) for role, user in scene.people.items()}
        sessions["looking"] = _session(scene.people["staff"], scene.people["owner"])
    people = {role: user.email for role, user in scene.people.items()}
    print(json.dumps({"sessions": sessions, "people": people, "paths": scene.paths}))


def _session(user: User, seen: User | None = None) -> str:
    """Signed in; with `seen` also looking at the pages of that person's organization."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if seen:
        client.post(f"/customers/{Organization.objects.get(members=seen).public_id}/see/")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


if __name__ == "__main__":
    main()
