"""A provider's API on this machine: Postmark's, as postmarkapp.com/developer/api/email-api describes it."""

from __future__ import annotations

import json
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive.\nFound inactive addresses: {}.\n"
    "Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression."
)
TOKEN = "server-token-0123456789"


class Postmark:
    """Takes mails with the token; refuses `suppressed` addresses with code 406, in `words`. `status` other than 200 is
    trouble, `slow` an answer that does not come in time."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []
        self.calls = 0
        self.status = 200
        self.suppressed: set[str] = set()
        self.words = INACTIVE
        self.slow: Event | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def headers(self, number: int = 0) -> dict[str, str]:
        return {item["Name"]: item["Value"] for item in self.mails[number].get("Headers", [])}

    def _answer(self, path: str, token: str | None, body: bytes) -> tuple[int, dict[str, Any]]:
        self.calls += 1
        if self.slow:
            self.slow.wait(10)
        if self.status != 200:
            return self.status, {"ErrorCode": 100, "Message": "Maintenance"}
        if token != TOKEN:
            return 401, {
                "ErrorCode": 10,
                "Message": "The Server Token you provided is not valid.",
            }
        mail = json.loads(body)
        if path != "/email" or not mail.get("From") or not mail.get("To"):
            return 422, {"ErrorCode": 300, "Message": "Invalid email request"}
        if mail["To"] in self.suppressed:
            return 422, {"ErrorCode": 406, "Message": self.words.format(mail["To"])}
        self.mails.append(mail)
        took = {"To": mail["To"], "SubmittedAt": "2026-11-26T09:12:00Z", "MessageID": str(uuid.uuid4())}
        return 200, {**took, "ErrorCode": 0, "Message": "OK"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        postmark = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, said = postmark._answer(self.path, self.headers["X-Postmark-Server-Token"], body)
                raw = json.dumps(said).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass  # whoever asked did not wait

            def log_message(self, *args: object) -> None:
                pass

        return Handler
