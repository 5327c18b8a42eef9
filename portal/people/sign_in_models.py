"""How an organization's people sign in through a provider of their own."""

from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInKind(models.TextChoices):
    OPENID = "openid", _("OpenID Connect")
    SAML = "saml", _("SAML")


class SignIn(models.Model):
    """The provider that signs an organization's people in: it vouches for addresses of its verified domains only.

    Of a SAML provider `issuer` is the entity id, and `certificate` (PEM) is what its answers are signed with.
    """

    organization = models.OneToOneField("people.Organization", on_delete=models.CASCADE, related_name="sign_in")
    kind = models.CharField(_("kind"), max_length=10, choices=SignInKind, default=SignInKind.OPENID)
    issuer = models.CharField(
        _("issuer"),
        max_length=200,
        validators=[URLValidator(["http", "https"])],
        help_text=_("Its address, without /.well-known/openid-configuration. Of a SAML provider: its entity id."),
    )
    client_id = models.CharField(_("client id"), max_length=200, blank=True)
    sealed_secret = models.TextField(editable=False)
    sso_url = models.CharField(
        _("address of the sign-in"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text=_("SAML only: its SingleSignOn URL."),
    )
    certificate = models.TextField(
        _("certificate"), blank=True, help_text=_("SAML only: what its answers are signed with, as PEM.")
    )
    unsaid_is_verified = models.BooleanField(
        _("addresses are verified although it does not say so"),
        default=False,
        help_text=_("Only for one that sends no email_verified and where nobody can choose an address of their own."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("sign-in of an organization")
        verbose_name_plural = _("sign-ins of organizations")

    def __str__(self) -> str:
        return f"{self.organization} · {self.issuer}"
