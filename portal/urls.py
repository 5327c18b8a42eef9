"""The URL map: allauth, the administration, the portal's own pages, and the domain's pages at the root."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from portal.audit.views import audit_log
from portal.mail import hooks, stopping
from portal.pages import views
from portal.pages.language import choose_language
from portal.pages.styleguide import styleguide
from portal.pages.theme import choose_theme
from portal.people import saml

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("audit/", audit_log, name="audit-log"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", choose_language, name="language"),
    path("mail/digest/stop/<str:token>/", stopping.digest_stop, name="digest-stop"),
    path("mail/hooks/tracking/", hooks.tracking, name="mail-tracking"),
    path("mail/hooks/inbound/", hooks.inbound, name="mail-inbound"),
    path("styleguide/", styleguide, name="styleguide"),
    path("theme/", choose_theme, name="theme"),
    path("welcome/", views.awaiting, name="awaiting"),
    path("", include("portal.people.urls")),
    path("", include("shares.urls")),
]

if saml.is_on():
    urlpatterns.insert(0, path("accounts/", include("portal.people.saml_urls")))

handler400 = "portal.pages.errors.bad_request"
handler403 = "portal.pages.errors.permission_denied"
handler404 = "portal.pages.errors.page_not_found"
handler500 = "portal.pages.errors.server_error"
