"""Limits under which both lines of the connector give up soon: they name them differently."""

from __future__ import annotations

import importlib.metadata
from typing import Any

MAJOR = int(importlib.metadata.version("snowflake-connector-python").split(".")[0])
SHORT: dict[str, Any] = {"login_timeout": 4}
if MAJOR >= 5:
    SHORT |= {"query_timeout": 6, "request_timeout": 3, "retry_timeout": 3}
else:
    SHORT |= {"network_timeout": 6, "socket_timeout": 3}
