"""The guides: for customers, for approvers, and for the provider's staff from nothing to the first share."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people import guards
from shares.core.accounts import LOOKUP_SQL
from shares.services import setting_up
from shares.views.http import PageRequest

SETUP_SQL = settings.BASE_DIR / "docs" / "snowflake-setup.sql"

KEY_COMMANDS = """openssl genrsa 2048 | openssl pkcs8 -topk8 -nocrypt -inform PEM -out firn.p8 && chmod 600 firn.p8
openssl rsa -in firn.p8 -pubout -out firn.pub"""
CONNECTIONS_TOML = """[us-east]
account = "MYORG-MYACCOUNT"
user = "FIRN_SVC"
private_key_file = "firn.p8"
role = "FIRN"
warehouse = "FIRN_WH\""""
WORKER_COMMAND = "python manage.py worker"


@require_safe
def guide(request: PageRequest, who: str) -> HttpResponse:
    """Anybody who is signed in may read how customers and approvers work."""
    context = {
        "section": "help",
        "who": who,
        "lookup_sql": LOOKUP_SQL,
        "grace_days": settings.FIRN_GRACE_DAYS,
        "reads_all": guards.is_provider_staff(request.user),
    }
    return render(request, f"guide/{who}.html", context)


@require_safe
def guide_provider(request: PageRequest) -> HttpResponse:
    """For staff alone: it names what runs where. It ticks off what is there already."""
    if not guards.is_provider_staff(request.user):
        raise Http404
    context = {
        "section": "help",
        "who": "provider",
        "reads_all": True,
        "progress": setting_up.progress(),
        "setup_sql": SETUP_SQL.read_text(),
        "key_commands": KEY_COMMANDS,
        "connections_toml": CONNECTIONS_TOML,
        "worker_command": WORKER_COMMAND,
    }
    return render(request, "guide/provider.html", context)
