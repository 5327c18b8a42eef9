"""Lets the administration ask the table of permissions, by the role of staff."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from portal.people.models import User
from portal.people.permissions import administers


class RoleBackend(BaseBackend):
    """Adds to what is granted to a user by hand; signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User):
            return False
        app, _, codename = perm.partition(".")
        return administers(user_obj.provider_role, app, codename.partition("_")[0])

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return isinstance(user_obj, User) and administers(user_obj.provider_role, app_label, "view")
