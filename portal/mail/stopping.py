"""The page, and the one click of mail programs, that ends somebody's daily mail."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.mail import digest


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def digest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post here without a session, a cookie or a token of a form (RFC 8058, section 3.2): the address
    itself is the secret. Looking changes nothing."""
    user = digest.of_token(token)
    if user is None:
        return render(request, "people/digest_stop.html", {"closed": True}, status=404)
    if request.method == "POST":
        digest.stop(user)
        user.refresh_from_db()
    return render(request, "people/digest_stop.html", {"address": user.email, "digest": user.digest})
