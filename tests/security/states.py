"""`python -m tests.security.states`: the small world of the looks, and what only a judge asks about, in FIRN_LOOKS.

Prints roles, addresses and paths as JSON.
"""

from __future__ import annotations

from tests.looks import world  # isort: skip - it sets Django up

import re
from dataclasses import replace

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from demo.people import PASSWORD
from portal.mail.models import Outgoing
from portal.people.federation import seal_secret
from portal.people.models import Membership, Organization, Role, SignIn, User
from shares.models import Dataset
from tests.looks.scene import Scene
from tests.web import rows
from tests.web.matrix import verify_everybody

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def main() -> None:
    world.tell(more(world.made()))


def more(scene: Scene) -> Scene:
    """The same with people and pages of whose forms no look is taken."""
    theirs = Organization.objects.get(name="Carrier DL")
    two = rows.member(theirs, "two@carrier.example", Role.OWNER)
    Membership.objects.create(user=two, organization=scene.people["owner"].organizations.get(), role=Role.MEMBER)
    app = rows.member(theirs, "app@carrier.example", Role.OWNER)
    TOTP.activate(app, SECRET)
    RecoveryCodes.activate(app)
    key = rows.member(theirs, "key@carrier.example")
    signed_in_elsewhere = SignIn.objects.create(
        organization=theirs, issuer="https://sign-in.example", client_id="firn", sealed_secret=seal_secret("none")
    )
    forgot = rows.member(theirs, "forgot@carrier.example")
    no_password = rows.member(theirs, "federated@carrier.example")
    verify_everybody()
    for user in User.objects.exclude(pk=no_password.pk):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    invited = re.search(r"/invitations/[^/\s]+/", Outgoing.objects.get(to="somebody@ua.example").text)
    assert invited
    paths = scene.paths | {
        "anonymous": scene.paths["anonymous"] | {"callback": _callback(signed_in_elsewhere)},
        "newcomer": scene.paths["newcomer"] | {"invitation": invited[0]},
        "of-two": {"home": "/", "organization": "/organization/"},
        "with-app": {name: reverse(name) for name in ("mfa_index", "mfa_reauthenticate", "account_reauthenticate")},
        "with-key": _of_key(key),
        "with-no-password": {"password": reverse("account_set_password")},
        "new-password": {"reset": _reset(User.objects.get(pk=forgot.pk))},
        "staff": scene.paths["staff"] | _administration(),
    }
    people = scene.people | {"of-two": two, "with-app": app, "with-key": key, "with-no-password": no_password}
    return replace(scene, people={role: User.objects.get(pk=user.pk) for role, user in people.items()}, paths=paths)


def _callback(of: SignIn) -> str:
    path = reverse("openid_connect_callback", kwargs={"provider_id": of.organization.public_id})
    return f"{path}?state=1&code=1&error=none"


def _reset(user: User) -> str:
    of = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=of)


def _of_key(user: User) -> dict[str, str]:
    key = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "A key", "credential": _credential()}
    )
    return {name: reverse(name, kwargs={"pk": key.pk}) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")}


def _credential() -> dict[str, object]:
    """As a browser makes it when a passkey is added, with no attestation (WebAuthn level 2, §8.7)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(b"\0" * 16, b"a key", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    attested = AttestationObject.create("none", AuthenticatorData.create(sha256(b"localhost"), flags, 0, made), {})
    said = CollectedClientData.create("webauthn.create", b"asked", "http://localhost")
    response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(attested)}
    of_the_key = {"id": websafe_encode(b"a key"), "rawId": websafe_encode(b"a key"), "type": "public-key"}
    return of_the_key | {"response": response, "clientExtensionResults": {}}


def _administration() -> dict[str, str]:
    draft = Dataset.objects.get(name="Crew rosters")
    item = draft.dataset_objects.all()[0]
    return {
        "admin-publish": reverse("admin:shares_dataset_publish", args=[draft.pk]),
        "admin-columns": reverse("admin:shares_datasetobject_columns", args=[item.pk]),
        "admin-shares-of-all": reverse("admin:shares_share_changelist"),
    }


if __name__ == "__main__":
    main()
