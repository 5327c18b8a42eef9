"""Sign-in through an organization's SAML provider: an optional part (FIRN_SAML, requirements-saml.txt).

allauth and python3-saml carry it. An answer counts once, for the browser that asked, when its assertion is signed with
the organization's certificate and is meant for this portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from portal.checks import saml_is_installed
from portal.people.models import SignIn

EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
VERIFIED = ("email_verified", "http://schemas.auth0.com/email_verified")
# How Entra, Okta, Google, Keycloak and Shibboleth call what we read.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "uid": ("urn:oasis:names:tc:SAML:attribute:subject-id",),
    "email": ("urn:oid:0.9.2342.19200300.100.1.3", f"{_CLAIMS}emailaddress", "email", "mail"),
    "name": ("urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname", "name"),
    "first_name": ("urn:oid:2.5.4.42", f"{_CLAIMS}givenname", "firstName", "givenName"),
    "last_name": ("urn:oid:2.5.4.4", f"{_CLAIMS}surname", "lastName", "sn"),
}


def is_on() -> bool:
    """Whether organizations may sign in by SAML."""
    return bool(settings.FIRN_SAML) and saml_is_installed()


def app(sign_in: SignIn) -> SocialApp:
    """As allauth wants it; never saved."""
    public_id = str(sign_in.organization.public_id)
    return SocialApp(
        provider=SAMLProvider.id,
        provider_id=public_id,
        client_id=public_id,
        name=sign_in.organization.name,
        settings={
            "idp": {"entity_id": sign_in.issuer, "sso_url": sign_in.sso_url, "x509cert": sign_in.certificate},
            "attribute_mapping": {name: list(names) for name, names in ATTRIBUTES.items()},
            "advanced": {
                "strict": True,
                "want_assertion_signed": True,
                "want_name_id": True,
                "want_attribute_statement": False,
                "reject_deprecated_algorithm": True,
                "reject_idp_initiated_sso": True,
                # A transient name would make a new person of somebody at each sign-in.
                "name_id_format": EMAIL_FORMAT,
            },
        },
    )


def said(sociallogin: Any) -> dict[str, Any]:
    """`email`, and `email_verified` where the provider says anything of it, as an OpenID provider would say them."""
    found: dict[str, Any] = {"email": next((one.email for one in sociallogin.email_addresses), "")}
    for name in VERIFIED:
        for value in sociallogin.account.extra_data.get(name, ())[:1]:
            found["email_verified"] = value
    return found


def certificate(text: str) -> str:
    """One PEM certificate as it is kept. Raises ValueError."""
    return x509.load_pem_x509_certificate(text.encode()).public_bytes(Encoding.PEM).decode()
