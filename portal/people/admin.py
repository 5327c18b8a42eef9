"""The administration of people: users and organizations, and the memberships between them."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.audit.admin import AuditedAdmin
from portal.audit.record import record
from portal.people import admin_erasing, admin_second_step, confirming, domains, leaving, services
from portal.people.admin_choosing import Choosing
from portal.people.admin_confirming import ConfirmedAdmin
from portal.people.admin_forms import MembershipForm, MembershipFormSet, PersonForm, SignInForm, UserCreationForm
from portal.people.confirming import confirmed_required
from portal.people.invitations import Refused
from portal.people.models import EmailDomain, Membership, Organization, Role, SignIn, User

# The administration is entered through the portal's own sign-in, which limits the rate of guesses.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Firn"
admin.site.site_title = "Firn"
admin.site.index_title = str(_("Administration"))


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    form = MembershipForm
    extra = 0
    readonly_fields = ["created_at"]


class OrganizationsInline(Choosing, MembershipInline):
    autocomplete_fields = ["organization"]
    fields = ["organization", "role", "created_at"]


class MembersInline(Choosing, MembershipInline):
    autocomplete_fields = ["user"]
    fields = ["user", "role", "created_at"]


class MembershipMixin:
    """Saves the inline memberships through the same services as everything else: mail and audit entry
    included.
    """

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)  # type: ignore[misc]
            return
        actor = cast(User, request.user)
        changed = formset.save(commit=False)
        for membership in formset.deleted_objects:
            services.detach(membership, actor=actor)
        for membership in changed:
            if membership.pk is None:
                membership.save()
                services.announce(membership, actor=actor)
            else:
                services.change_role(membership, Role(membership.role), actor=actor)


@admin.register(User)
class UserAdmin(ConfirmedAdmin, AuditedAdmin, MembershipMixin, BaseUserAdmin):
    ordering = ["email"]
    list_display = ["email", "name", "customers", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "staff_role", "is_active", "memberships__role"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined", "erase_link"]
    inlines = [OrganizationsInline]
    actions = ["remove_second_step", "sign_out_everywhere"]
    form = PersonForm
    add_form = UserCreationForm
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "password"]}),
        (_("May"), {"fields": ["is_active", "is_staff", "staff_role", "is_superuser"]}),
        (_("When"), {"fields": ["last_login", "date_joined", "erase_link"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"classes": ["wide"], "fields": ["email", "name", "usable_password", "password1", "password2"]},
        )
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("memberships__organization")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Others rely on what a person did: an account is erased, its row stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = User.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if before and leaving.went(before, obj, cast(User, request.user)):
            for name in leaving.ownerless_without(obj):
                words = _("%(name)s has no owner any more who may sign in: make somebody else an owner of it.")
                self.message_user(request, words % {"name": name}, messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        erase = self.admin_site.admin_view(
            confirmed_required(lambda request, pk: admin_erasing.page(self, request, pk))
        )
        return [path("<int:pk>/erase/", erase, name="people_user_erase"), *super().get_urls()]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        if not confirming.is_fresh(request):
            return confirming.ask_again(request)
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            record("admin.user.password_set", actor=cast(User, request.user), target=User.objects.get(pk=id))
        return answer

    @admin.display(description=_("erase"))
    def erase_link(self, user: User) -> str:
        if user.pk is None or user.erased_at is not None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:people_user_erase", args=[user.pk]), _("Erase…"))

    @admin.action(description=_("Remove the second step of signing in"), permissions=["change"])
    def remove_second_step(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return admin_second_step.page(self, request, queryset)

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.end_sessions(user, actor=cast(User, request.user))
        self.message_user(request, _("Signed out everywhere."))

    @admin.display(description=_("organizations"))
    def customers(self, user: User) -> str:
        return ", ".join(membership.organization.name for membership in user.memberships.all())


@admin.register(Organization)
class OrganizationAdmin(ConfirmedAdmin, AuditedAdmin, MembershipMixin, Choosing, admin.ModelAdmin):
    list_display = ["name", "slug", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    readonly_fields = ["public_id", "created_at"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["account_manager"]
    inlines = [MembersInline]


@admin.register(EmailDomain)
class EmailDomainAdmin(ConfirmedAdmin, AuditedAdmin, Choosing, admin.ModelAdmin):
    list_display = ["domain", "organization", "verified_at", "how", "auto_join"]
    list_filter = ["how", "auto_join"]
    search_fields = ["domain", "organization__name"]
    autocomplete_fields = ["organization"]
    fields = ["organization", "domain", "verified_at", "how", "auto_join"]
    readonly_fields = ["verified_at", "how", "auto_join"]
    actions = ["seen_in_dns"]

    @admin.action(description=_("I saw the record in its DNS: it is theirs"), permissions=["change"])
    def seen_in_dns(self, request: HttpRequest, queryset: QuerySet[EmailDomain]) -> None:
        for domain in queryset.select_related("organization"):
            try:
                domains.vouch(domain, cast(User, request.user))
            except Refused as words:
                self.message_user(request, f"{domain}: {words}", messages.ERROR)
            else:
                self.message_user(request, f"{domain}: {_('proved')}")


@admin.register(SignIn)
class SignInAdmin(ConfirmedAdmin, AuditedAdmin, Choosing, admin.ModelAdmin):
    form = SignInForm
    list_display = ["organization", "kind", "issuer", "is_active"]
    autocomplete_fields = ["organization"]
