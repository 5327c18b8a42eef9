"""The portal's addresses where FIRN_SAML is on, and a SAML provider that signs what it is asked to sign."""

from __future__ import annotations

import base64
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.urls import include, path

from portal.urls import urlpatterns as portals

urlpatterns = [path("accounts/", include("portal.people.saml_urls")), *portals]

ENTITY = "https://idp.ua.example/saml"
SSO = "https://idp.ua.example/sso"
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_ANSWER = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="{ns}" ID="{response}"
 Version="2.0" IssueInstant="{now}" Destination="{acs}" {reply}><saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
{assertion}</samlp:Response>"""
_ASSERTION = """<saml:Assertion xmlns:saml="{ns}" ID="{id}" Version="2.0" IssueInstant="{now}">
<saml:Issuer>{issuer}</saml:Issuer><saml:Subject>
<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{email}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{acs}" {reply}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="s"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
{attributes}</saml:Assertion>"""
_ATTRIBUTE = """<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"""


@dataclass(frozen=True)
class Keys:
    """A key pair of a provider, as PEM."""

    private: str
    certificate: str


def keys() -> Keys:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.ua.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return Keys(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode(),
        made.sign(key, hashes.SHA256()).public_bytes(pem).decode(),
    )


def asked(url: str) -> tuple[str, str]:
    """The id of the question that a link carries to the provider, and where its answer is wanted."""
    packed = parse_qs(urlsplit(url).query)["SAMLRequest"][0]
    question = ElementTree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
    return question.attrib["ID"], question.attrib["AssertionConsumerServiceURL"]


def answer(
    signed_by: Keys | None, question: str, acs: str, email: str, *, audience: str = "", age_s: int = 0, **said: str
) -> str:
    """What the provider's form carries. `signed_by` None: nothing is signed. An empty `question`: nobody asked."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    now = datetime.now(UTC) - timedelta(seconds=age_s)
    listed = "".join(_ATTRIBUTE.format(name=name, value=value) for name, value in said.items())
    about = {
        "ns": "urn:oasis:names:tc:SAML:2.0:assertion",
        "now": now.strftime(_STAMP),
        "since": (now - timedelta(minutes=1)).strftime(_STAMP),
        "until": (now + timedelta(minutes=5)).strftime(_STAMP),
        "acs": acs,
        "issuer": ENTITY,
        "reply": f'InResponseTo="{question}"' if question else "",
        "email": email,
        "audience": audience or acs.replace("/acs/", "/metadata/"),
        "attributes": f"<saml:AttributeStatement>{listed}</saml:AttributeStatement>" if listed else "",
    }
    assertion = _ASSERTION.format(id=f"_{uuid.uuid4().hex}", **about)
    if signed_by:
        assertion = OneLogin_Saml2_Utils.add_sign(assertion, signed_by.private, signed_by.certificate).decode()
    return _ANSWER.format(response=f"_{uuid.uuid4().hex}", assertion=assertion, **about)
