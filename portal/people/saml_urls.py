"""Where a SAML provider sends people back to, and what it is told of this portal. Signing out by SAML is not offered:
nobody but the person ends their session here."""

from __future__ import annotations

from allauth.socialaccount.providers.saml import views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe


@login_not_required
def _nowhere(request: HttpRequest, organization_slug: str) -> HttpResponse:
    raise Http404


urlpatterns = [
    # The form comes from the provider's site. It is kept for the next line, which looks at its signature.
    path("saml/<slug:organization_slug>/acs/", csrf_exempt(require_POST(views.acs)), name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", require_safe(views.finish_acs), name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", require_safe(views.metadata), name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", _nowhere, name="saml_sls"),
]
