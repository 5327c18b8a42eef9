"""Forms of the administration of people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AdminUserCreationForm
from django.forms import ModelForm

from portal.people.models import Membership, User


class UserCreationForm(AdminUserCreationForm):
    """Adds a user by email; the address is verified by its owner at the first sign-in."""

    class Meta:
        model = User
        fields = ["email", "name"]


class MembershipForm(ModelForm):
    """Who belongs to whom is chosen once; afterwards only the role changes."""

    class Meta:
        model = Membership
        fields = ["user", "organization", "role"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None:
            for name in {"user", "organization"} & set(self.fields):
                self.fields[name].disabled = True
