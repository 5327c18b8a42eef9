"""The DNS records that let receivers believe our mails: what whoever runs the sender's domain should publish, and what
is published there (RFC 7208, 6376, 7489)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import NamedTuple

import dns.exception
import dns.resolver
from django.conf import settings

from portal.mail.send import sender_domain

TIMEOUT_S = 5.0
SELECTOR = "firn"


class Record(NamedTuple):
    """A TXT record to set. `name` has no dot at its end."""

    kind: str
    name: str
    value: str
    why: str


class Seen(NamedTuple):
    """What stands there. `fits`: receivers can go by it; `words` says it, or what is wrong."""

    record: Record
    published: tuple[str, ...]
    fits: bool
    words: str


class Silent(Exception):
    """No name server answered; the message says why."""


def records(selector: str = SELECTOR) -> list[Record]:
    domain = sender_domain()
    key = "the public key that your mail server or provider shows"
    report = f"rua=mailto:{settings.SUPPORT_EMAIL}"
    return [
        Record(
            "SPF",
            domain,
            f"v=spf1 {_server()} -all",
            "SPF: who may send for the domain. Add to a record that is there; two are none.",
        ),
        Record(
            "DKIM",
            f"{selector}._domainkey.{domain}",
            f"v=DKIM1; k=rsa; p=<{key}>",
            "DKIM: your server signs with the private half; use the name (selector) that it gives.",
        ),
        Record(
            "DMARC",
            f"_dmarc.{domain}",
            f"v=DMARC1; p=quarantine; adkim=s; aspf=r; {report}",
            "DMARC: what receivers do with forgeries, and where they report. Begin with p=none.",
        ),
    ]


def resolver(server: str = "") -> dns.resolver.Resolver:
    """Asks `server` (an address, optionally with :port), or whom this machine asks. Raises Silent where it has nobody,
    ValueError for what is no address."""
    try:
        found = dns.resolver.Resolver(configure=not server)
    except dns.resolver.NoResolverConfiguration as error:
        raise Silent("this machine has no name server configured") from error
    found.lifetime = TIMEOUT_S
    if server:
        host, colon, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        found.nameservers = [str(ipaddress.ip_address(host))]
        found.port = int(port) if colon else 53
    return found


def look(asked: dns.resolver.Resolver, wanted: list[Record]) -> Iterator[Seen]:
    """What is published of each record. Raises Silent when nobody answers."""
    for record in wanted:
        names = [record.name, *(_above(record.name) if record.kind == "DMARC" else [])]
        published: tuple[str, ...] = ()
        for name in names:
            published = tuple(text for text in _texts(asked, name) if _IS[record.kind](text))
            if published:
                break
        fits, words = _judge(record, published)
        yield Seen(record, published, fits, words)


_IS: dict[str, Callable[[str], bool]] = {
    "SPF": lambda text: text.lower().split(" ")[0] == "v=spf1",
    "DKIM": lambda text: "p" in _tags(text),
    "DMARC": lambda text: text.lower().replace(" ", "").split(";")[0] == "v=dmarc1",
}


def _judge(record: Record, published: tuple[str, ...]) -> tuple[bool, str]:
    if not published:
        return False, "nothing is published"
    if len(published) > 1:
        return False, f"there are {len(published)}, which receivers take for none"
    judges = {"SPF": _spf, "DKIM": _dkim, "DMARC": _dmarc}
    return judges[record.kind](published[0])


def _spf(text: str) -> tuple[bool, str]:
    terms = text.lower().split()[1:]
    if "+all" in terms or "all" in terms:
        return False, "it lets everybody send (all)"
    if not any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms):
        return False, "it does not end in -all or ~all, so it forbids nobody"
    if _server().lower() in terms:
        return True, "names our server"
    if any(term.startswith(("include:", "redirect=")) for term in terms):
        return True, "does not name our server itself; what it includes may, and the probe shows it"
    return False, f"it does not name our server ({_server()})"


def _dkim(text: str) -> tuple[bool, str]:
    return (True, "a key is published") if _tags(text)["p"] else (False, "the key was taken back (p= is empty)")


def _dmarc(text: str) -> tuple[bool, str]:
    policy = _tags(text).get("p", "").lower()
    if policy in ("quarantine", "reject"):
        return True, f"forgeries are told apart (p={policy})"
    return False, "p=none only watches: receivers still take forgeries" if policy == "none" else "it has no policy (p=)"


def _tags(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _equals, value in parts}


def _above(name: str) -> list[str]:
    """A domain without a record of its own goes by the one of the domain above it."""
    labels = name.split(".")[1:]
    return [f"_dmarc.{'.'.join(labels[at:])}" for at in range(1, len(labels) - 1)]


def _texts(asked: dns.resolver.Resolver, name: str) -> list[str]:
    try:
        answer = asked.resolve(name, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Silent(" ".join(str(error).split())[:200]) from error
    return [b"".join(item.strings).decode("utf-8", "replace") for item in answer]


def _server() -> str:
    host = settings.EMAIL_HOST
    if not host:
        return f"include:<what {settings.FIRN_MAIL_PROVIDER} tells you to include>"
    try:
        return f"ip{ipaddress.ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"
