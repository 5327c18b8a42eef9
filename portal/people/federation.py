"""Sign-in through an organization's own OpenID provider, which vouches for addresses of its proved domains only."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest
from django.shortcuts import render

from portal.people import claiming, saml
from portal.people.models import SignIn, SignInKind, User
from portal.people.sealing import InvalidToken, seal, unseal

log = logging.getLogger(__name__)

PROVIDER = "openid_connect"
PURPOSE = "sign-in"


def seal_secret(secret: str) -> str:
    return seal(PURPOSE, secret)


def of_domain(email: str) -> SignIn | None:
    """The sign-in that is in charge of an address."""
    found = SignIn.objects.filter(
        is_active=True,
        organization__is_active=True,
        organization__domains__domain=email.rpartition("@")[2].lower(),
        organization__domains__verified_at__isnull=False,
    )
    return found.filter(kind__in=_kinds()).select_related("organization").first()


def _kinds() -> list[str]:
    return [SignInKind.OPENID, SignInKind.SAML] if saml.is_on() else [SignInKind.OPENID]


def _apps(sign_ins: Iterable[SignIn]) -> Iterator[SocialApp]:
    """One whose secret cannot be read stays shut, and shuts nobody else's."""
    for sign_in in sign_ins:
        try:
            yield _app(sign_in)
        except InvalidToken:
            log.error(
                "the secret of %s for signing in is encrypted under another SECRET_KEY: put that one into "
                "SECRET_KEY_FALLBACKS, or enter the secret anew",
                sign_in.organization.slug,
            )


def _app(sign_in: SignIn) -> SocialApp:
    """As allauth wants it. It is never saved, so that the secret lies nowhere readable."""
    if sign_in.kind == SignInKind.SAML:
        return saml.app(sign_in)
    return SocialApp(
        provider=PROVIDER,
        provider_id=str(sign_in.organization.public_id),
        name=sign_in.organization.name,
        client_id=sign_in.client_id,
        secret=unseal(PURPOSE, sign_in.sealed_secret),
        settings={"server_url": sign_in.issuer, "oauth_pkce_enabled": True},
    )


class SocialAdapter(DefaultSocialAccountAdapter):
    """Knows the organizations' providers, and what each of them may say about whom."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        found = SignIn.objects.filter(is_active=True, organization__is_active=True, kind__in=_kinds())
        apps = list(_apps(found.select_related("organization")))
        named = [app for app in apps if provider in (None, app.provider, app.provider_id)]
        return [app for app in named if client_id in (None, app.client_id)]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuses what the provider may not or does not vouch for, and the provider's own people; joins an account
        that is there already where nobody else can have made it.
        """
        said = _said(sociallogin)
        email = str(said.get("email") or "").lower()
        sign_in = _in_charge(sociallogin.account.provider, email)
        known = sociallogin.user if sociallogin.is_existing else User.objects.filter(email=email).first()
        if (
            sign_in is None
            or not is_verified(said, sign_in)
            or not _may_be_signed_in(known or _by_address(email), email)
        ):
            raise _refused(request)
        if sociallogin.state.get("process") == "connect":
            # allauth asks for a fresh sign-in first, and compares the account with the one that is connected.
            if cast(User, request.user).email != email:
                raise _refused(request)
        elif not sociallogin.is_existing:
            self._join(request, sociallogin, known, email)

    def _join(self, request: HttpRequest, sociallogin: Any, known: User | None, email: str) -> None:
        sociallogin.email_addresses = [EmailAddress(email=email, verified=True, primary=True)]
        if known and claiming.is_proved(known) and claiming.has_own_ways(known):
            raise _refused(request, connect=True)
        if known:
            claiming.reclaim(known)
            sociallogin.connect(request, known)
        # Whoever added somebody's address to their own account without showing that it is theirs.
        EmailAddress.objects.filter(email__iexact=email, verified=False).delete()

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        names = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(name for name in names if name))[:120]
        return user


def _said(sociallogin: Any) -> Mapping[str, Any]:
    """What the provider says of the person."""
    if isinstance(sociallogin.provider, SAMLProvider):
        return saml.said(sociallogin)
    return sociallogin.account.get_provider_account().get_user_data() or {}


def is_verified(said: Mapping[str, Any], sign_in: SignIn) -> bool:
    """Whether the provider says that it looked whose the mailbox is. Some say it as text; of one that says nothing an
    administrator may know that it always looks.
    """
    claim = said.get("email_verified")
    return sign_in.unsaid_is_verified if claim is None else claim is True or str(claim).lower() == "true"


def _in_charge(public_id: str, email: str) -> SignIn | None:
    """The sign-in of that organization, where the address's domain is proved to be the organization's."""
    found = of_domain(email)
    return found if found and str(found.organization.public_id) == public_id else None


def _may_be_signed_in(user: User | None, email: str) -> bool:
    """Nobody is there yet, or a customer's person whose account goes by this very address."""
    return user is None or (user.is_active and not user.is_staff and user.email == email)


def _refused(request: HttpRequest, *, connect: bool = False) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "people/sign_in_refused.html", {"connect": connect}, status=403))


def _by_address(email: str) -> User | None:
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return found.user if found else None
