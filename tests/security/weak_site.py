"""A page with an SQL injection and one that repeats what it is given: what a judge must find to be believed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit


class _Weak(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = (parse_qs(parts.query).get("name") or [""])[0]
        if parts.path == "/find":
            text = _find(name)
        else:
            text = f'<a href="/find?name=Ada">Find</a><a href="/say?name=Ada">Say</a><p>{name}</p>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Weak</title>{text}".encode())

    def log_message(self, *arguments: object) -> None:
        pass


def _find(name: str) -> str:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE person AS SELECT 'Ada' AS name UNION SELECT 'Cy'")
    try:
        rows = database.execute(f"SELECT name FROM person WHERE name = '{name}'").fetchall()
    except sqlite3.Error as error:
        return f"SQLite error: {error}"
    finally:
        database.close()
    return "".join(f"<p>{row[0]}</p>" for row in rows)


@contextmanager
def weak_site() -> Iterator[str]:
    """Its address on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Weak)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
