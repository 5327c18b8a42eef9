"""Reading requests and writing answers as the drivers expect them. Nothing here ever answers 5xx."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.encode import rowset, rowtype
from sandbox.errors import SandboxError
from sandbox.results import Result
from sandbox.sessions import Session
from sandbox.store import Store

Answer = dict[str, Any]
Row = list[str | None]


class BadRequest(Exception):
    """A body that is no JSON object."""


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; some drivers send it zipped."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        if request.headers.get("content-encoding") == "gzip" or raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        found = json.loads(raw)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise BadRequest from error
    if not isinstance(found, dict):
        raise BadRequest
    return found


def respond(answer: Answer, status: int = 200) -> Response:
    return Response(json.dumps(answer, separators=(",", ":")), status, media_type="application/json")


def success(data: Any = None, message: str | None = None) -> Answer:
    return {"data": data, "code": None, "message": message, "success": True}


def refusal(code: int, message: str, data: dict[str, Any] | None = None) -> Answer:
    """A refusal outside of a statement: login, tokens, bad requests."""
    return {"data": data, "code": f"{code:06d}", "message": message, "success": False, "headers": None}


def statement_error(error: SandboxError, query: str) -> Answer:
    """A statement that failed."""
    code = f"{error.code:06d}"
    data = {
        "internalError": False,
        "errorCode": code,
        "age": 0,
        "sqlState": error.sqlstate,
        "queryId": query,
        "line": -1,
        "pos": -1,
        "type": "COMPILATION",
    }
    return {"data": data, "code": code, "message": error.text, "success": False, "headers": None}


def statement_result(store: Store, session: Session, result: Result, query: str) -> Answer:
    """A statement that succeeded, with all its rows."""
    rows = rowset(result)
    role = store.get(session.role)
    data = {
        "parameters": parameters(session),
        "rowtype": rowtype(result.columns),
        "rowset": rows,
        "total": len(rows),
        "returned": len(rows),
        "queryId": query,
        "databaseProvider": None,
        "finalDatabaseName": session.database,
        "finalSchemaName": session.schema,
        "finalWarehouseName": session.warehouse,
        "finalRoleName": role.name if role else "",
        "numberOfBinds": 0,
        "arrayBindSupported": True,
        "statementTypeId": result.statement_type,
        "version": 1,
        "sqlState": "00000",
        "queryResultFormat": "json",
        "queryContext": {"entries": []},
    }
    return success(data)


_SENT = {
    "TIMEZONE": "UTC",
    "AUTOCOMMIT": True,
    "BINARY_OUTPUT_FORMAT": "HEX",
    "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
    "TIME_OUTPUT_FORMAT": "HH24:MI:SS",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": "",
    "TIMESTAMP_TZ_OUTPUT_FORMAT": "",
    "TIMESTAMP_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "CLIENT_TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_LTZ",
    "CLIENT_SESSION_KEEP_ALIVE": False,
    "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": 3600,
    "CLIENT_PREFETCH_THREADS": 4,
    "CLIENT_MEMORY_LIMIT": 1536,
    "CLIENT_RESULT_CHUNK_SIZE": 160,
    "CLIENT_TELEMETRY_ENABLED": False,
    "CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False,
    "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE": False,
    "SERVICE_NAME": "",
    "QUERY_CONTEXT_CACHE_SIZE": 5,
    "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD": 1000000,
    "ENABLE_STAGE_S3_PRIVATELINK_FOR_US_EAST_1": False,
}


def parameters(session: Session) -> list[dict[str, Any]]:
    """The parameters that drivers read, as they stand in this session."""
    found = {name: session.parameters.get(name, value) for name, value in _SENT.items()}
    found["AUTOCOMMIT"] = session.autocommit()
    return [{"name": name, "value": value} for name, value in found.items()]
