"""System checks for operator mistakes, with stable ids; docs/configuration.md lists them."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

Finding = Callable[[], CheckMessage | None]


def is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _public() -> tuple[str, str | None]:
    parts = urlsplit(settings.PUBLIC_BASE_URL)
    return parts.scheme, parts.hostname


def weak_secret_key() -> CheckMessage | None:
    key = settings.SECRET_KEY
    if settings.DEBUG or (len(key) >= 50 and len(set(key)) >= 10):
        return None
    return Error(
        "SECRET_KEY is too short or too regular.",
        hint="Give it 50 or more random characters.",
        id="firn.E001",
    )


def plain_http() -> CheckMessage | None:
    scheme, host = _public()
    if settings.DEBUG or scheme == "https" or is_loopback(host):
        return None
    return Error("PUBLIC_BASE_URL is not https.", hint="People sign in there; use https.", id="firn.E002")


def debug_in_public() -> CheckMessage | None:
    if not settings.DEBUG or is_loopback(_public()[1]):
        return None
    return Error("FIRN_DEBUG is on and PUBLIC_BASE_URL is not this machine.", hint="Unset FIRN_DEBUG.", id="firn.E003")


def wrong_hosts() -> CheckMessage | None:
    host = _public()[1]
    if not settings.DEBUG and "*" in settings.ALLOWED_HOSTS:
        return Error("ALLOWED_HOSTS allows every name.", hint="Name the host of PUBLIC_BASE_URL.", id="firn.E004")
    matching = [
        name
        for name in settings.ALLOWED_HOSTS
        if name in (host, "*") or (name[:1] == "." and f".{host}".endswith(name))
    ]
    if matching:
        return None
    return Error("ALLOWED_HOSTS lacks the host of PUBLIC_BASE_URL.", hint=f"Add {host}.", id="firn.E005")


def no_connections_file() -> CheckMessage | None:
    file = settings.SNOWFLAKE_CONNECTIONS_FILE
    if not file.is_file():
        hint = "Set SNOWFLAKE_CONNECTIONS_FILE to a connections.toml; until then no share can be provisioned."
        return Warning("There is no Snowflake connections file.", hint=hint, id="firn.W006")
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Warning("Others may read the Snowflake connections file.", hint=f"chmod 600 {file}", id="firn.W007")
    return None


def unshared_cache() -> CheckMessage | None:
    backend = settings.CACHES["default"]["BACKEND"]
    if not backend.endswith((".LocMemCache", ".DummyCache")):
        return None
    hint = "Limits on sign-in attempts are kept there; use the database or CACHE_URL."
    return Warning("The default cache is not shared by all processes.", hint=hint, id="firn.W008")


def insecure_cookies() -> CheckMessage | None:
    if _public()[0] != "https" or settings.HTTPS:
        return None
    return Warning("PUBLIC_BASE_URL is https and FIRN_HTTPS is off.", hint="Leave FIRN_HTTPS unset.", id="firn.W009")


def unseen_proxy() -> CheckMessage | None:
    if not settings.HTTPS or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return None
    hint = "Where a proxy ends TLS, set TRUSTED_PROXY_COUNT, or every page redirects to itself."
    return Warning("FIRN_HTTPS is on and no proxy is trusted.", hint=hint, id="firn.W010")


def mail_password_in_clear() -> CheckMessage | None:
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if not settings.EMAIL_HOST_PASSWORD or encrypted or is_loopback(settings.EMAIL_HOST):
        return None
    return Warning("The password in EMAIL_URL travels unencrypted.", hint="Add ?tls=starttls.", id="firn.W011")


def local_sender() -> CheckMessage | None:
    names = [
        name
        for name in ("DEFAULT_FROM_EMAIL", "SUPPORT_EMAIL")
        if getattr(settings, name).rstrip(">").endswith("@localhost")
    ]
    if not names or is_loopback(_public()[1]):
        return None
    return Warning(f"{' and '.join(names)} end in @localhost.", hint="Nobody can answer there.", id="firn.W012")


def unanchored_audit() -> CheckMessage | None:
    if settings.FIRN_AUDIT_ANCHOR_TO or settings.FIRN_AUDIT_ANCHOR_URL or is_loopback(_public()[1]):
        return None
    hint = "Set FIRN_AUDIT_ANCHOR_TO to a mailbox that nobody who runs the portal can change, or FIRN_AUDIT_ANCHOR_URL."
    return Warning("The audit log's daily anchor goes nowhere.", hint=hint, id="firn.W013")


def saml_is_installed() -> bool:
    """Whether the packages of requirements-saml.txt are there."""
    return find_spec("onelogin") is not None


def saml_without_its_packages() -> CheckMessage | None:
    if not settings.FIRN_SAML or saml_is_installed():
        return None
    hint = "Install requirements-saml.txt, or unset FIRN_SAML. Until then nobody signs in by SAML."
    return Error("FIRN_SAML is on and its packages are missing.", hint=hint, id="firn.E014")


def replies_without_mailbox() -> CheckMessage | None:
    if not settings.FIRN_REPLIES:
        return None
    missing = [] if settings.FIRN_AUTHSERV_ID else ["FIRN_AUTHSERV_ID"]
    if not settings.FIRN_IMAP_URL and not (settings.FIRN_MAIL_PROVIDER and settings.FIRN_MAIL_HOOK_SECRET):
        missing.append("FIRN_IMAP_URL or FIRN_MAIL_HOOK_SECRET")
    if settings.FIRN_REPLY_ADDRESS.endswith("@localhost") and not is_loopback(_public()[1]):
        missing.append("FIRN_REPLY_ADDRESS")
    if not missing:
        return None
    hint = "Set it, or leave FIRN_REPLIES off: no answer by mail can count without it (docs/mail.md)."
    return Error(f"FIRN_REPLIES is on without {' and '.join(missing)}.", hint=hint, id="firn.E015")


def provider_lacks_an_option() -> CheckMessage | None:
    """An option that anymail needs for this provider; its words name the setting, not its value."""
    if not settings.FIRN_MAIL_PROVIDER:
        return None
    from portal.mail import send

    try:
        send.connection()
    except ImproperlyConfigured as error:
        return Error(f"EMAIL_URL lacks an option: {error}", hint="Add it after the question mark.", id="firn.E016")
    return None


FINDINGS: list[Finding] = [
    weak_secret_key,
    plain_http,
    debug_in_public,
    wrong_hosts,
    no_connections_file,
    unshared_cache,
    insecure_cookies,
    unseen_proxy,
    mail_password_in_clear,
    local_sender,
    unanchored_audit,
    saml_without_its_packages,
    replies_without_mailbox,
    provider_lacks_an_option,
]


@register(Tags.security)
def operator_mistakes(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_found())


def _found() -> Iterator[CheckMessage]:
    for finding in FINDINGS:
        message = finding()
        if message is not None:
            yield message
