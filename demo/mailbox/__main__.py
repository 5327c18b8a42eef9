"""`python -m demo.mailbox --dir DIR [--port N] [--smtp-port N]`: prints both addresses when it is ready."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.mailbox.pages import application
from demo.mailbox.store import Store

HOST = "127.0.0.1"


class Handler:
    """Keeps whatever comes, for whomever it is."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = self.store.add(envelope.mail_from or "", envelope.rcpt_tos, content)
        return f"250 kept as {mail.number}"


async def serve(store: Store, port: int, smtp_port: int) -> None:
    """Until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    # 8-bit bodies come as they are; the size is far above that of any mail of Firn's.
    smtp = await loop.create_server(
        lambda: SMTP(Handler(store), hostname="mailbox.localhost", data_size_limit=10_000_000), HOST, smtp_port
    )
    page = socket.create_server((HOST, port))
    config = uvicorn.Config(
        application(store), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    print(
        f"mailbox: smtp://{HOST}:{smtp.sockets[0].getsockname()[1]} http://{HOST}:{page.getsockname()[1]}", flush=True
    )
    async with smtp:
        await uvicorn.Server(config).serve([page])


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """Uvicorn stops gracefully, then raises the signal again: to be told to stop is no failure."""
    raise SystemExit(0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.mailbox", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="directory that keeps the mails")
    parser.add_argument("--port", type=int, default=0, help="port of the pages on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="port for mail on 127.0.0.1; 0 picks a free one")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    try:
        asyncio.run(serve(Store(options.dir), options.port, options.smtp_port))
    except OSError as error:
        print(f"mailbox: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
