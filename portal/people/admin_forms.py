"""Forms of the administration of people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.forms import BaseInlineFormSet, CharField, ModelForm, PasswordInput, ValidationError
from django.utils.translation import gettext_lazy as _

from portal.checks import is_loopback
from portal.people import members, saml
from portal.people.federation import seal_secret
from portal.people.models import Membership, Role, SignIn, SignInKind, User


class UserCreationForm(AdminUserCreationForm):
    """Adds a user by email; the address is verified by its owner at the first sign-in."""

    class Meta:
        model = User
        fields = ["email", "name"]


class PersonForm(UserChangeForm):
    """Customers read who acts for the provider, and read a name."""

    class Meta:
        model = User
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("is_staff") and not self.cleaned_data.get("name", "").strip():
            self.add_error("name", _("Staff need a name: customers read it, and never an address."))
        return cleaned


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


class MembershipFormSet(BaseInlineFormSet):
    """What owners cannot do on their page, nobody does by hand: an organization that has people keeps an owner."""

    def clean(self) -> None:
        super().clean()
        forms = [form for form in self.forms if hasattr(form, "cleaned_data")]
        kept = [form for form in forms if form not in self.deleted_forms]
        owners = [form for form in kept if form.cleaned_data.get("role") == Role.OWNER]
        gone = [form.instance.pk for form in forms if form.instance.pk and form not in owners]
        # All forms together: each of two owners is not the last while the other is there.
        for lost in Membership.objects.filter(pk__in=gone, role=Role.OWNER):
            others = members.active_owners(lost.organization_id).exclude(pk__in=gone)
            if not others.exists() and not any(_signs_in_for(form, lost.organization_id) for form in owners):
                raise ValidationError(_("An organization keeps at least one owner. Make somebody else an owner first."))


def _signs_in_for(form: ModelForm, organization_id: int) -> bool:
    user, organization = form.cleaned_data.get("user"), form.cleaned_data.get("organization")
    return bool(user and user.is_active and organization and organization.pk == organization_id)


def _secure(address: str) -> str:
    if not address.startswith("https://") and not is_loopback(urlsplit(address).hostname):
        raise ValidationError(_("It must be an https address: people's sign-in goes there."))
    return address


class SignInForm(ModelForm):
    """The secret is typed, never shown again."""

    secret = CharField(
        widget=PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        help_text=_("Empty: the one that is known stays."),
    )

    class Meta:
        model = SignIn
        fields = [
            *("organization", "kind", "issuer", "client_id", "secret", "sso_url", "certificate"),
            *("unsaid_is_verified", "is_active"),
        ]

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"])
        # An entity id is a name: nothing is sent there, and each of its characters counts.
        return issuer if self.cleaned_data.get("kind") == SignInKind.SAML else _secure(issuer.rstrip("/"))

    def clean_sso_url(self) -> str:
        return _secure(self.cleaned_data["sso_url"]) if self.cleaned_data["sso_url"] else ""

    def clean_certificate(self) -> str:
        text = str(self.cleaned_data["certificate"]).strip()
        try:
            return saml.certificate(text) if text else ""
        except ValueError:
            raise ValidationError(_("This is no certificate. Paste it with its BEGIN and END lines.")) from None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == SignInKind.SAML:
            missing = [name for name in ("sso_url", "certificate") if not cleaned.get(name) and name not in self.errors]
            if not saml.is_on():
                self.add_error("kind", _("SAML is off. docs/sign-in.md says how it is switched on."))
        else:
            missing = [] if cleaned.get("client_id") else ["client_id"]
            if not cleaned.get("secret") and not self.instance.sealed_secret:
                self.add_error("secret", _("A new sign-in needs its secret."))
        for name in missing:
            self.add_error(name, _("It is needed for this kind of sign-in."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["secret"]:
            self.instance.sealed_secret = seal_secret(self.cleaned_data["secret"])
        return super().save(commit)
