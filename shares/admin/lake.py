"""Look into a provider account from the administration: does it answer as it should, and what could be offered?"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from portal.people import guards
from portal.people.permissions import Act
from shares.admin.base import actor
from shares.models import DatasetObject, LakeImport, ProviderAccount
from shares.services import catalog_import, importing
from shares.services.catalog_import import LakeObject
from shares.services.sessions import AccountStopped, open_client
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import SnowflakeError

logger = logging.getLogger(__name__)
# Columns of an object that are named where one chooses, and the imports before that are linked there.
SHOWN, RECENT = 12, 5
TROUBLE = (AccountStopped, BadConnection, SnowflakeError)


@contextmanager
def session(account: ProviderAccount) -> Iterator[Client]:
    client = open_client(account)
    try:
        yield client
    finally:
        client.close()


def signed_in(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    pk: int,
    page: Callable[[admin.ModelAdmin, HttpRequest, ProviderAccount, Client], HttpResponse],
    back: str = "",
) -> HttpResponse:
    """`page` with a session in the account; where that fails, the account's own page (or `back`) with what Snowflake
    said."""
    account = get_object_or_404(ProviderAccount, pk=pk)
    try:
        with session(account) as client:
            return page(model_admin, request, account, client)
    except TROUBLE as error:
        logger.warning("looking into %s: %s", account, error)
        model_admin.message_user(request, f"{account}: {error}", messages.ERROR)
        return redirect(back or reverse("admin:shares_provideraccount_change", args=[pk]))


def findings(account: ProviderAccount) -> list[str]:
    """What is wrong with the connection, or differs between the row and the account that it leads to."""
    # A person asks, so the breaker is closed for one try: this is how one learns that the repair worked.
    ProviderAccount.objects.filter(pk=account.pk).update(breaker_until=None)
    try:
        with session(account) as client:
            seen = client.run(sql.WHO).rows[0]
    except TROUBLE as error:
        return [str(error)]
    region = str(seen["region"] or "").rsplit(".", 1)[-1]
    pairs = [
        ("Snowflake organization", account.snowflake_organization, seen["organization"]),
        ("account name", account.account_name, seen["account"]),
        ("region", account.region, region),
    ]
    if account.locator:
        pairs.append(("locator", account.locator, seen["locator"]))
    return [f"The {what} here is {ours}, Snowflake says {theirs}." for what, ours, theirs in pairs if ours != theirs]


def token(item: LakeObject) -> str:
    """What a checkbox carries: names may hold any character, so they travel as JSON."""
    return json.dumps(item.path)


class ImportForm(forms.Form):
    """What becomes a draft, and under which name."""

    name = forms.CharField(max_length=120, label="Name of the new dataset")
    tenant_column = forms.CharField(
        max_length=200,
        required=False,
        label="Column that separates tenants",
        help_text="Set on every chosen object that has it. Left empty, Firn says which it may be, and you decide.",
    )
    chosen = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="Tables, views and functions",
        error_messages={"required": "Tick at least one table or view."},
    )

    def __init__(self, found: list[LakeObject], named: dict[str, list[str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        taken = set(DatasetObject.objects.values_list("source_database", "source_schema", "source_name"))
        self.found = {token(item): item for item in found}
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (key, _label(item, named.get(item.name, ()), item.path in taken)) for key, item in self.found.items()
        ]

    def objects(self) -> list[LakeObject]:
        return [self.found[key] for key in self.cleaned_data["chosen"]]


def _label(item: LakeObject, named: Sequence[str], taken: bool) -> str:
    rows = f", {item.rows:,} rows" if item.rows is not None else ""
    note = f": {item.comment}" if item.comment else ""
    more = f", and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    columns = f" – {', '.join(named[:SHOWN])}{more}" if named else ""
    held = " – in the catalog already" if taken else ""
    return f"{item.schema}.{item.name} ({item.kind.lower()}{rows}){note}{held}{columns}"


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a database and a schema, tick what to offer; the worker drafts it, and a page shows how far it is."""
    if not model_admin.has_change_permission(request) or not guards.may(request, Act.CATALOG_EDIT):
        raise PermissionDenied
    return signed_in(model_admin, request, pk, _page, reverse("admin:shares_provideraccount_changelist"))


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, account: ProviderAccount, client: Client
) -> HttpResponse:
    names = catalog_import.databases(client, account)
    wanted = request.POST.get("database") or request.GET.get("database") or ""
    database = wanted if wanted in names else (names[0] if names else "")
    everything, cut = catalog_import.objects(client, database) if database else ([], False)
    schemas = catalog_import.schemas(client, database) if cut else sorted({item.schema for item in everything})
    asked_for = request.POST.get("schema") or request.GET.get("schema") or ""
    schema = asked_for if asked_for in schemas else (schemas[0] if len(schemas) == 1 else "")
    # All columns of a database may be a great many: they are shown of one schema.
    named = catalog_import.columns_of(client, database, schema) if schema else {}
    found = [item for item in everything if not schema or item.schema == schema]
    if cut and schema:
        found, cut = catalog_import.objects(client, database, schema)
    form = ImportForm(found, named, request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        asked = importing.start(account, said["name"], form.objects(), said["tenant_column"], actor(request))
        return redirect("operations-import", asked.public_id)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Import from the lake of {account.name}",
        "account": account,
        "names": names,
        "database": database,
        "schemas": schemas,
        "schema": schema,
        "cut": cut,
        "imports": LakeImport.objects.filter(account=account).select_related("dataset", "by")[:RECENT],
        "form": form,
    }
    return TemplateResponse(request, "admin/shares/lake.html", context, status=422 if form.errors else 200)
