"""Which passwords are refused because of where they are used."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.people import services
from portal.people.models import Organization, Role


@pytest.mark.parametrize(
    "password", ["Firn-Portal-1", "snowflake2026", "Welcome@Skyway", "skyway_share_12", "adminadmin!9"]
)
@pytest.mark.django_db
def test_words_of_this_place_make_no_password(password: str) -> None:
    user = services.add_person("ada@ua.test", verified=True)
    services.attach(user, Organization.objects.create(name="Skyway Air"), Role.OWNER)
    with pytest.raises(ValidationError, match="little more than words"):
        validate_password(password, user)


@pytest.mark.parametrize(
    "password", ["firn lies under the glacier", "correct horse battery", "x" * 64, "s!n0w-fl4ke-9-otters"]
)
@pytest.mark.django_db
def test_a_good_one_may_hold_them_and_be_of_any_kind_and_length(password: str) -> None:
    validate_password(password, services.add_person("ada@ua.test", verified=True))
