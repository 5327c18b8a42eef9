"""What a judge sends is done and then forgotten, so that its thousandth try finds what the first one did.

Otherwise the first would end the share, answer the request or delete the account, and all others would be refused.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

HEADER = "X-Forget"


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whatever a POST with HEADER writes is rolled back once it is answered."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or HEADER not in request.headers:
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        return response

    return answer


def without_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For the whole process: the one limit that no setting has. A judge asks for more mails than a company does."""
    from portal.people import asking

    asking.FROM_ONE_ADDRESS = 1_000_000
    return get_response
