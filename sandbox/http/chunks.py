"""Large results: the first rows come in the answer, the rest as zipped files at addresses of their own."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.http.wire import Row

INLINE_BYTES = 256 * 1024
FIRST_CHUNK_BYTES = 1024 * 1024
_KEPT_BYTES = 256 * 1024 * 1024
_KEY = "x-amz-server-side-encryption-customer-key"


@dataclass
class _Files:
    """The chunks of one result, zipped, and the key that a reader must show as for an encrypted file in S3."""

    key: str
    bodies: list[bytes]

    def size(self) -> int:
        return sum(len(body) for body in self.bodies)


class Chunks:
    """The chunks of the newest large results; the oldest go when all together hold too many bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, _Files] = OrderedDict()

    def move_out(self, data: dict[str, Any], base: str, megabytes: int) -> None:
        """Leaves the first rows of an answer's `data` in place and puts the rest into chunks of growing size.

        `megabytes` is CLIENT_RESULT_CHUNK_SIZE, the most that one chunk may hold before it is zipped. A chunk is the
        rows as JSON, parted by commas, without the brackets around them: so all drivers read it.
        """
        pieces = list(_pieces(data["rowset"], megabytes * 1024 * 1024))
        if len(pieces) < 2:
            return
        secret, key = secrets.token_urlsafe(32), base64.b64encode(secrets.token_bytes(32)).decode()
        texts = [json.dumps(rows, separators=(",", ":"), ensure_ascii=False)[1:-1].encode() for rows in pieces[1:]]
        files = _Files(key, [gzip.compress(text, 1) for text in texts])
        self._keep(secret, files)
        data["rowset"] = pieces[0]
        data["chunks"] = [
            {
                "url": f"{base.rstrip('/')}/results/{secret}/main/data_0_0_{number}",
                "rowCount": len(rows),
                "uncompressedSize": len(text),
                "compressedSize": len(body),
            }
            for number, (rows, text, body) in enumerate(zip(pieces[1:], texts, files.bodies, strict=True))
        ]
        data["qrmk"] = key
        data["chunkHeaders"] = {
            _KEY: key,
            f"{_KEY}-md5": base64.b64encode(
                hashlib.md5(base64.b64decode(key), usedforsecurity=False).digest()
            ).decode(),
        }

    def _keep(self, secret: str, files: _Files) -> None:
        with self._lock:
            self._files[secret] = files
            total = sum(kept.size() for kept in self._files.values())
            while total > _KEPT_BYTES and len(self._files) > 1:
                total -= self._files.popitem(last=False)[1].size()

    def get(self, secret: str, number: int, key: str) -> bytes | None:
        """The zipped chunk; None when there is none, or it has expired, or the key is not its own."""
        with self._lock:
            files = self._files.get(secret)
        if files is None or number >= len(files.bodies) or not hmac.compare_digest(files.key, key):
            return None
        return files.bodies[number]


def _digest(key: str) -> str:
    return base64.b64encode(hashlib.md5(base64.b64decode(key), usedforsecurity=False).digest()).decode()


def _pieces(rows: list[Row], most: int) -> Iterator[list[Row]]:
    """The rows in pieces of at least one row, the first one small, each further one up to twice as large."""
    limit, start, size = INLINE_BYTES, 0, 0
    for number, row in enumerate(rows):
        size += sum(len(value) + 3 if value is not None else 5 for value in row)
        if size > limit and number > start:
            yield rows[start:number]
            limit = min(most, FIRST_CHUNK_BYTES if start == 0 else limit * 2)
            start, size = number, 0
    yield rows[start:]


async def download(request: Request) -> Response:
    """GET /results/{secret}/main/data_0_0_{number}: without a session, as from S3; whoever has no key gets 403."""
    chunks: Chunks = request.app.state.chunks
    parts = request.path_params
    body = chunks.get(parts["secret"], parts["number"], request.headers.get(_KEY, ""))
    if body is None:
        return PlainTextResponse("AccessDenied", 403)
    # Without a named encoding the older connector guesses one, and guesses wrong; and what calls itself JSON must be
    # JSON to the Node driver, which rows without brackets around them are not.
    return Response(body, headers={"content-encoding": "gzip", "content-type": "text/plain; charset=utf-8"})
