"""The real sandbox, for the services that look into Snowflake."""

from __future__ import annotations

from tests.snowflake.conftest import running, snowflake

__all__ = ["running", "snowflake"]
