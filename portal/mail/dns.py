"""The DNS records that let receivers believe our mails, to be set by whoever runs the sender's domain."""

from __future__ import annotations

import ipaddress

from django.conf import settings

from portal.mail.send import sender_domain


def records() -> list[tuple[str, str, str]]:
    """(name, value, why), each a TXT record."""
    domain = sender_domain()
    return [
        (
            domain,
            f"v=spf1 {_server()} -all",
            "SPF: who may send for the domain. Add to a record that is there; two are none.",
        ),
        (
            f"firn._domainkey.{domain}",
            "v=DKIM1; k=rsa; p=<the public key that your mail server or provider shows>",
            "DKIM: your server signs with the private half; use the name (selector) that it gives instead of firn.",
        ),
        (
            f"_dmarc.{domain}",
            f"v=DMARC1; p=quarantine; adkim=s; aspf=r; rua=mailto:{settings.SUPPORT_EMAIL}",
            "DMARC: what receivers do with forgeries, and where they report. Begin with p=none.",
        ),
    ]


def _server() -> str:
    host = settings.EMAIL_HOST
    try:
        return f"ip{ipaddress.ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"
