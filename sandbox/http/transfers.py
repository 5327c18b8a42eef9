"""Files of internal stages on their way: addresses that reach one stage for a while, without a session.

Drivers are told that the stage lies in Google's storage, which both connectors reach without TLS: the older one at
addresses made for each file, the newer one, which asks for no such addresses, at an endpoint with a token.
Sources: connector 4.8.1, gcs_storage_client.py and file_transfer_agent.py; what 5.2.0 sends.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.results import Transfer

_KEPT = 10_000
# Puts https:// before any endpoint.
_OLDER = re.compile(r"PythonConnector/[0-4]\.")
# Generation 0 is that of a file that is not there: the driver's way to say OVERWRITE = FALSE.
_ONLY_IF = "x-goog-if-generation-match"


class Transfers:
    """The newest secrets that were given out: which method reaches which folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, Path]] = OrderedDict()

    def offer(self, data: dict[str, Any], base: str, agent: str, transfer: Transfer) -> None:
        """Completes an answer's `data` with the way to the files that it is about."""
        method = "PUT" if transfer.said["command"] == "UPLOAD" else "GET"
        secret, base = secrets.token_urlsafe(32), base.rstrip("/")
        with self._lock:
            self._known[secret] = (method, transfer.folder)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        urls = [f"{base}/stages/{secret}/{quote(name)}" for name in transfer.names]
        older = _OLDER.match(agent) is not None
        data |= transfer.said
        data["stageInfo"] = {
            "locationType": "GCS",
            "location": f"stages/{secret}/{transfer.below}",
            "path": transfer.below,
            "region": "US_CENTRAL1",
            "isClientSideEncrypted": False,
            "creds": {} if older else {"GCS_ACCESS_TOKEN": secret},
            "presignedUrl": urls[0] if older and method == "PUT" else None,
            "endPoint": None if older else base,
        }
        data["presignedUrls"] = urls if older and method == "GET" else None
        data["encryptionMaterial"] = None if method == "PUT" else []

    def meant(self, secret: str, method: str, name: str) -> tuple[Path, Path] | None:
        """The folder and the file, which never lies outside of it."""
        with self._lock:
            known = self._known.get(secret)
        if known is None or method not in (known[0], "HEAD") or not name or ".." in name.split("/"):
            return None
        return known[1], known[1] / name


def _write(folder: Path, path: Path, body: bytes) -> None:
    """Whole or not at all: who reads the stage meanwhile sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=folder.parent, prefix="part-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(scratch).replace(path)


async def move(request: Request) -> Response:
    """GET, HEAD and PUT /stages/{secret}/{name}."""
    transfers: Transfers = request.app.state.transfers
    found = transfers.meant(request.path_params["secret"], request.method, request.path_params["name"])
    if found is None:
        return PlainTextResponse("AccessDenied", 403)
    folder, path = found
    if request.method == "PUT":
        if request.headers.get(_ONLY_IF) == "0" and path.exists():
            return PlainTextResponse("PreconditionFailed", 412)
        await run_in_threadpool(_write, folder, path, await request.body())
        return Response(status_code=200)
    if not path.is_file():
        return PlainTextResponse("NoSuchKey", 404)
    return Response(await run_in_threadpool(path.read_bytes), media_type="application/octet-stream")
