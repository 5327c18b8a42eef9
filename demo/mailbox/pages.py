"""The mailbox's pages. A mail's HTML is shown in a sandboxed frame with a policy of its own: it is a stranger's."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demo.mailbox.store import Mail, Store

_STYLE = Path(__file__).with_name("style.css")
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# No scripts, no forms, no network; links open in a tab of their own, because the portal refuses to be framed.
_FRAME = "allow-popups allow-popups-to-escape-sandbox"
_MAIL_POLICY = f"sandbox {_FRAME}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def application(store: Store) -> Starlette:
    """The pages over one store."""
    app = Starlette(
        routes=[
            Route("/", listing),
            Route("/style.css", style),
            Route("/mails.json", as_json),
            Route("/mails/{number:int}", one),
            Route("/mails/{number:int}/html", html_part),
            Route("/mails/{number:int}/source", source),
        ]
    )
    app.state.store = store
    return app


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _mail(request: Request) -> Mail:
    mail = _store(request).get(request.path_params["number"])
    if mail is None:
        raise HTTPException(404, "There is no such mail.")
    return mail


def _page(title: str, body: str) -> HTMLResponse:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Mailbox</title><link rel="stylesheet" href="/style.css"></head>'
        f'<body><header><a href="/">Mailbox</a><span>everything that the demo sends</span></header>'
        f"<main>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, headers=headers)


async def listing(request: Request) -> Response:
    """The newest mails first, of one address (?to=) or of all."""
    store, to = _store(request), request.query_params.get("to", "")
    people = "".join(_person(address, to) for address in ["", *store.addresses()])
    mails = "".join(_line(mail) for mail in store.newest_first(to)) or "<p>No mail has come yet.</p>"
    return _page("All mails", f"<nav>{people}</nav><h1>{escape(to) or 'All mails'}</h1><ul>{mails}</ul>")


def _person(address: str, chosen: str) -> str:
    current = ' aria-current="page"' if address == chosen else ""
    return f'<a href="/?to={quote(address)}"{current}>{escape(address) or "everybody"}</a>'


def _line(mail: Mail) -> str:
    return (
        f'<li><a href="/mails/{mail.number}"><b>{escape(mail.subject)}</b>'
        f"<span>{escape(', '.join(mail.recipients))}</span><time>{mail.came:%H:%M:%S} UTC</time></a></li>"
    )


async def one(request: Request) -> Response:
    """One mail: its HTML in a frame, and the plain text below."""
    mail = _mail(request)
    message = mail.message
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(str(message[name] or ''))}</dd>" for name in ("From", "To", "Date", "Message-ID")
    )
    frame = f'<iframe sandbox="{_FRAME}" src="/mails/{mail.number}/html" title="The mail as HTML"></iframe>'
    return _page(
        mail.subject,
        f"<h1>{escape(mail.subject)}</h1><dl>{rows}</dl>{frame if mail.body('html') else ''}"
        f"<h2>As plain text</h2><pre>{escape(mail.body('plain'))}</pre>"
        f'<p><a href="/mails/{mail.number}/source">Source</a></p>',
    )


async def html_part(request: Request) -> Response:
    text = _mail(request).body("html").replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(text, headers={"Content-Security-Policy": _MAIL_POLICY, "Cache-Control": "no-store"})


async def source(request: Request) -> Response:
    return PlainTextResponse(_mail(request).raw, headers={"X-Content-Type-Options": "nosniff"})


async def style(request: Request) -> Response:
    return FileResponse(_STYLE, media_type="text/css")


async def as_json(request: Request) -> Response:
    """The mails above number ?after= for ?to=, oldest first, for programs."""
    after = request.query_params.get("after", "0")
    if not after.isdigit():
        raise HTTPException(400, "after must be a number")
    mails = _store(request).newest_first(request.query_params.get("to", ""), int(after))
    return JSONResponse([_plain(mail) for mail in reversed(mails)])


def _plain(mail: Mail) -> dict[str, object]:
    return {
        "number": mail.number,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.body("plain"),
        "message_id": str(mail.message["message-id"] or ""),
    }
