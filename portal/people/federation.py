"""Sign-in through an organization's own OpenID provider, which vouches for addresses of its proved domains only."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest
from django.shortcuts import render

from portal.people.models import EmailDomain, SignIn, User
from portal.people.sealing import seal, unseal

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
    return found.select_related("organization").first()


def _app(sign_in: SignIn) -> SocialApp:
    """As allauth wants it. It is never saved, so that the secret lies nowhere readable."""
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
        found = SignIn.objects.filter(is_active=True, organization__is_active=True).select_related("organization")
        apps = [_app(sign_in) for sign_in in found if provider in (None, PROVIDER, str(sign_in.organization.public_id))]
        return [app for app in apps if client_id in (None, app.client_id)]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuses addresses of other domains, and the provider's own people; joins an account that is there already."""
        email = str((sociallogin.account.get_provider_account().get_user_data() or {}).get("email") or "").lower()
        if not self._may_vouch(sociallogin.account.provider, email):
            raise ImmediateHttpResponse(render(request, "people/sign_in_refused.html", status=403))
        known = User.objects.filter(email=email).first() or _by_address(email)
        signing = sociallogin.user if sociallogin.is_existing else known
        if signing and (signing.is_staff or signing.email != email or not signing.is_active):
            raise ImmediateHttpResponse(render(request, "people/sign_in_refused.html", status=403))
        if sociallogin.is_existing:
            return
        sociallogin.email_addresses = [EmailAddress(email=email, verified=True, primary=True)]
        if known:
            EmailAddress.objects.update_or_create(user=known, email=email, defaults={"verified": True})
            sociallogin.connect(request, known)

    def _may_vouch(self, public_id: str, email: str) -> bool:
        return EmailDomain.objects.filter(
            organization__public_id=public_id,
            organization__sign_in__is_active=True,
            domain=email.rpartition("@")[2],
            verified_at__isnull=False,
        ).exists()

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:120]
        return user


def _by_address(email: str) -> User | None:
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return found.user if found else None
