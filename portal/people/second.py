"""The second step of signing in: who must have one, and how its secrets are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.sealing import InvalidToken, seal, unseal

TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Setting it up, confirming who one is, and leaving stay possible; so do pages that are for everybody.
OPEN = ("/accounts/", "/theme/", "/healthz", "/static/", "/help/")

Test = Callable[[HttpRequest], bool]
_privileged: list[Test] = [lambda request: bool(request.user.is_staff)]
_has_one: list[Test] = [lambda request: steps_of(cast(User, request.user).pk).exists()]


def also_for(test: Test) -> None:
    """Another way of being so privileged that a password alone does not do; for apps that know of one."""
    _privileged.append(test)


def answered_by(test: Test) -> None:
    """Who has a second step is read by `test` from now on: by an app that asks for the same person anyway."""
    _has_one[:] = [test]


def steps_of(person: int | OuterRef) -> QuerySet[Authenticator]:
    """The second steps of a person, by their key."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=TYPES)
    return found


def is_wanting(request: HttpRequest) -> bool:
    """Whether this person must set one up before anything else."""
    if not isinstance(request.user, User):
        return False
    must = settings.FIRN_REQUIRE_MFA_OF_CUSTOMERS or (settings.FIRN_REQUIRE_MFA and is_privileged(request))
    return bool(must) and not _has_one[0](request)


def is_privileged(request: HttpRequest) -> bool:
    """Whether this person works for the provider."""
    return any(test(request) for test in _privileged)


def required_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Leads those who need a second step and have none to the page that sets one up."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OPEN) or not is_wanting(request):
            return get_response(request)
        messages.warning(request, _("You need a second step of signing in here. Set one up, then go on."))
        return redirect("mfa_index")

    return middleware


class Adapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes encrypted, and names this site by its one address."""

    def encrypt(self, text: str) -> str:
        return seal("second-step", text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError, which the form that asks for a code shows: what cannot be read opens nothing."""
        try:
            return unseal("second-step", encrypted_text)
        except InvalidToken:
            raise ValidationError(
                _("Your second step cannot be read any more. Ask an administrator of this portal to remove it.")
            ) from None

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost", "name": "Firn"}
