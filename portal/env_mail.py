"""The environment variables about mail that leaves and arrives."""

from __future__ import annotations

from portal.env_variable import Variable

MAIL = [
    Variable(
        "EMAIL_URL",
        default="smtp://127.0.0.1:2525",
        allowed=(
            "smtp://user:password@host:port, optionally with ?tls=starttls, ?tls=ssl or ?tls=none; or "
            "anymail://provider?option=value&…"
        ),
        purpose=(
            "The SMTP server that takes Firn's mail, or a provider's API with the options that django-anymail has "
            "for it (docs/mail.md), such as anymail://postmark?server_token=…."
        ),
        secret=True,
    ),
    Variable(
        "FIRN_MAIL_HOOK_SECRET",
        default=None,
        allowed="user:password, the password of 20 characters or more",
        purpose=(
            "What the mail provider must know to call Firn's webhooks about mail that came back and answers (HTTP "
            "basic authentication). Default: no call is taken."
        ),
        secret=True,
    ),
    Variable(
        "DEFAULT_FROM_EMAIL",
        default="Firn <firn@localhost>",
        allowed="an address, or a name with an address in angle brackets",
        purpose="The sender of every mail.",
    ),
    Variable(
        "FIRN_REPLIES",
        default="false",
        allowed="true or false",
        purpose=(
            "Approvers may decide by answering the mail that asks them. Needs FIRN_IMAP_URL or "
            "FIRN_MAIL_HOOK_SECRET, FIRN_REPLY_ADDRESS and FIRN_AUTHSERV_ID (docs/mail.md)."
        ),
    ),
    Variable(
        "FIRN_IMAP_URL",
        default=None,
        allowed="imaps://user:password@host:port/FOLDER; imap:// is for a server on the same machine",
        purpose="The mailbox that the worker reads replies from, twice a minute. Default: none is read.",
        secret=True,
    ),
    Variable(
        "FIRN_REPLY_ADDRESS",
        default="firn@localhost",
        allowed="an address without a plus sign",
        purpose="Where answers go, as firn+…@example.com: the server must put plus addresses into that mailbox.",
    ),
    Variable(
        "FIRN_AUTHSERV_ID",
        default=None,
        allowed="a name, such as mx.example.com",
        purpose=(
            "The name under which your own mail server writes Authentication-Results; only its verdict on DMARC is "
            "believed. It must take that name out of what arrives from outside."
        ),
    ),
    Variable(
        "SUPPORT_EMAIL",
        default="support@localhost",
        allowed="an address",
        purpose="Who people are told to write to when they are stuck.",
    ),
]
