"""Who uses the portal: users (by email, no username), organizations (the customers) and memberships of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.people.permissions import act_of_table, allows
from portal.people.sign_in_models import SignIn as SignIn
from portal.people.sign_in_models import SignInKind as SignInKind

INVITATION_DAYS = 7


def _lower(email: str) -> str:
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A user with the lower-cased address; without a password they sign in by a mailed code."""
        if not email.strip():
            raise ValueError("A user needs an email address.")
        user = self.model(email=_lower(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=_lower(username or ""))


class StaffRole(models.TextChoices):
    """What staff may do who are not superusers; without a role they are auditors."""

    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor")


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May sign in to the administration."))
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    staff_role = models.CharField(
        _("role of staff"),
        max_length=10,
        blank=True,
        choices=StaffRole,
        help_text=_("Operators edit the catalog and act on shares; auditors read everything and change nothing."),
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Of pages and mails; without one, pages follow the browser."),
    )
    zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("Reminders come in its working hours. Without one: UTC.")
    )
    digest = models.BooleanField(
        _("one mail a day"),
        default=False,
        help_text=_("Instead of single mails about what may wait until the morning."),
    )
    muted = models.JSONField(default=list, blank=True, editable=False)  # topics of portal.mail.choices
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    seeing: Organization | None = None  # whose pages they look at (portal.people.seeing); no column

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="people_user_email_any_case")]

    def __str__(self) -> str:
        return self.email

    @property
    def provider_role(self) -> str | None:
        """admin, operator or auditor; None for everybody who is not of the provider's staff."""
        if not (self.is_active and self.is_staff):
            return None
        return "admin" if self.is_superuser else self.staff_role or StaffRole.AUDITOR.value

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The administration asks here. Nothing is granted by hand: the one table answers, by the role of staff."""
        app, _dot, name = perm.partition(".")
        verb, _line, table = name.partition("_")
        return allows(act_of_table(app, verb, table), provider=self.provider_role)

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(f"{app_label}.view_")

    @property
    def display_name(self) -> str:
        """For everybody. An address of the provider's people is for the provider's pages only."""
        return self.public_name if self.name or self.erased_at or self.is_staff else self.email

    @property
    def public_name(self) -> str:
        """Of somebody who acted for the provider, staff or not, as customers read it."""
        if self.erased_at is not None:
            return gettext("person %(number)s") % {"number": self.pk}
        return self.name or gettext("the data provider")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Changes with the epoch, too: that ends every session of this person, wherever it is kept."""
        known = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{known}.{self.session_epoch}" if self.session_epoch else str(known)

    def clean(self) -> None:
        super().clean()
        self.email = _lower(self.email)


class Organization(models.Model):
    """A customer company."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    account_manager = models.ForeignKey(
        User,
        verbose_name=_("account manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="manages",
        help_text=_("Of the provider's people; policies may ask them about this customer's requests."),
    )
    members = models.ManyToManyField(User, through="Membership", related_name="organizations")

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organization__name", "user__email"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="people_membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="people_membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization} · {self.get_role_display()}"


def _in_some_days() -> datetime:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A place in an organization that waits for the owner of a mailbox. The link's token is kept as a hash only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    inviter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("until"), default=_in_some_days)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="people_invitation_role"),
            models.UniqueConstraint(
                Lower("email"),
                "organization",
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="people_invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organization}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class EmailDomain(models.Model):
    """An email domain that an organization says is its own. It counts once it is verified, and then for one only."""

    class How(models.TextChoices):
        MAIL = "mail", _("by a code mailed to its postmaster")
        DNS = "dns", _("by a record in its DNS, seen by staff")

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=253)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    how = models.CharField(_("verified how"), max_length=10, blank=True, choices=How)
    auto_join = models.BooleanField(
        _("join by themselves"),
        default=False,
        help_text=_("Whoever confirms an address of this domain becomes a viewer."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("email domain")
        verbose_name_plural = _("email domains")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "domain"], name="people_domain_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=models.Q(verified_at__isnull=False), name="people_domain_verified_once"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class Departure(models.Model):
    """Somebody left, or was removed: their address's domain does not bring them back; an invitation does."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="people_departure_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"
