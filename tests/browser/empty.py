"""A whole Firn in which nobody has done anything yet but to name an administrator, as `createsuperuser` does."""

from __future__ import annotations

from demo.people import ADMIN, PASSWORD
from demo.processes import Child
from demo.stack import STEP_S, Stack


class Empty(Stack):
    """The demo's processes over an empty database. The Snowflake accounts are prepared, connections.toml is written:
    what the guide does outside the browser."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}

    def step(self, name: str, *arguments: str, seconds: float = STEP_S) -> Child:
        if name == "seed":
            arguments = ("manage.py", "createsuperuser", "--noinput", "--email", ADMIN.email)
        return super().step(name, *arguments, seconds=seconds)
