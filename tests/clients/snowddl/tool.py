"""SnowDDL as its users run it: its own app with a connection of their own, because it has no flag for a host."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import snowflake.connector
from snowddl.app.base import BaseApp
from snowddl.app.convert import ConvertApp

CONFIG = Path(__file__).parent / "config"
# Everything that SnowDDL asks to be told before it changes shares and before it changes or drops what holds data.
EVERYTHING = ("--apply-unsafe", "--apply-outbound-share")
# Its cheapest run: only what a share of views consists of.
BEST_CASE = ("--include-object-types", "DATABASE,SCHEMA,TABLE,VIEW,SHARE")


@dataclass
class Outcome:
    """One run: the DDL that it carried out, the DDL that it only suggests, and what went wrong."""

    executed: list[str] = field(default_factory=list)
    suggested: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    code: int = 0


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


class OnSandbox:
    """The one method that a user of SnowDDL overrides to name a host. `port` is set before an app is run."""

    port = 0
    engine: Any = None
    args: dict[str, Any]

    def get_connection(self) -> Any:
        return snowflake.connector.connect(
            account=self.args["a"],
            user=self.args["u"],
            private_key_file=self.args["k"],
            authenticator="SNOWFLAKE_JWT",
            role=self.args["r"],
            warehouse=self.args["w"],
            host="127.0.0.1",
            port=self.port,
            protocol="http",
        )

    def get_engine(self) -> Any:
        self.engine = super().get_engine()  # type: ignore[misc]
        return self.engine


class App(OnSandbox, BaseApp):
    """`snowddl`."""


class Converter(OnSandbox, ConvertApp):
    """`snowddl-convert`: writes YAML from what is there."""


def public_text(key: Path) -> str:
    """The public half of a private key file of `write_keys`, as Snowflake wants it."""
    return "".join(key.with_suffix(".pub").read_text().splitlines()[1:-1])


def snowddl(port: int, key: Path, action: str, *options: str, config: Path = CONFIG) -> Outcome:
    """`snowddl -c CONFIG … plan | apply`, in this process. `key` is its own user's and, for simplicity, KEEPER's."""
    placeholders = ["--placeholder-values", json.dumps({"keeper_key": public_text(key)})]
    return _run(App, port, key, "-c", str(config), *placeholders, *options, action)


def convert(port: int, key: Path, config: Path, *options: str) -> Outcome:
    """`snowddl-convert -c CONFIG …`, in this process."""
    return _run(Converter, port, key, "-c", str(config), *options)


def _run(kind: type[Any], port: int, key: Path, *options: str) -> Outcome:
    before, kind.port = sys.argv, port
    heard = _Warnings()
    logger = logging.getLogger("snowddl")
    logger.addHandler(heard)
    account = ["-a", "ACME-DATA", "-u", "SNOWDDL", "-k", str(key), "-r", "SNOWDDL_ADMIN", "-w", "DDL_WH"]
    sys.argv = ["snowddl", *account, *options]
    code = 0
    app = None
    try:
        app = kind()
        app.execute()
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    finally:
        sys.argv = before
        # Each app adds a handler of its own to the same logger.
        logger.handlers.clear()
    engine = app.engine if app else None
    executed, suggested = (engine.executed_ddl, engine.suggested_ddl) if engine else ([], [])
    return Outcome(list(executed), list(suggested), heard.texts, code)
