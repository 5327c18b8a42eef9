"""What a query request asks for, carried out: one statement, or several one after the other."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request as HttpRequest

from sandbox.binds import placeholders
from sandbox.engine import Sandbox
from sandbox.errors import SandboxError, fail
from sandbox.http.chunks import Chunks
from sandbox.http.ledger import Queries, Query
from sandbox.http.transfers import Transfers
from sandbox.http.wire import Answer, statement_error, statement_result
from sandbox.results import MULTI, Column, Result
from sandbox.scripting.split import Piece, statements
from sandbox.statements.session import PARAMETERS

# So many letters of a failed statement are shown in the error of the request.
_SHOWN = 30


@dataclass
class Request:
    """What a driver wants done with its text, what it bound, and under which address it knows the sandbox."""

    number: str
    base: str
    chunks: Chunks
    transfers: Transfers
    agent: str
    bindings: dict[str, Any]
    describe: bool
    parameters: dict[str, Any]

    @classmethod
    def of(cls, request: HttpRequest, body: dict[str, Any]) -> Request:
        bindings, parameters = body.get("bindings"), body.get("parameters")
        return cls(
            request.query_params.get("requestId", ""),
            str(request.base_url),
            request.app.state.chunks,
            request.app.state.transfers,
            request.headers.get("user-agent", ""),
            bindings if isinstance(bindings, dict) else {},
            bool(body.get("describeOnly")),
            parameters if isinstance(parameters, dict) else {},
        )


def carry_out(sandbox: Sandbox, queries: Queries, query: Query, request: Request) -> Answer:
    """Runs the request to its end; whatever goes wrong becomes its answer. Several statements share one way there."""
    try:
        with query.session.lock, query.session.doing(query.id):
            wanted = _wanted(query, request)
            parts = [] if wanted == 1 else statements(query.sql)
            if wanted == 1:
                answer = _one(sandbox, query, request, request.bindings)
            elif wanted and len(parts) != wanted:
                raise fail("multi_statement", actual=len(parts), wanted=wanted)
            else:
                answer = _several(sandbox, queries, query, request, parts)
    except Exception as error:
        answer = _failed(sandbox, query, error)
    query.finish(answer)
    return answer


def carry_out_late(sandbox: Sandbox, queries: Queries, query: Query, request: Request) -> None:
    """For a request that nobody waits for: after the latency, in a thread of its own."""
    time.sleep(sandbox.latency)
    carry_out(sandbox, queries, query, request)


def _wanted(query: Query, request: Request) -> int:
    """How many statements the request may hold; 0 is any number. The request's own word counts before the session's."""
    value = request.parameters.get("MULTI_STATEMENT_COUNT")
    if value is None:
        value = query.session.parameters.get("MULTI_STATEMENT_COUNT", 1)
    if not str(value).isdigit():
        raise fail("bad_value", value=value, name="MULTI_STATEMENT_COUNT")
    return int(value)


def _one(sandbox: Sandbox, query: Query, request: Request, bindings: dict[str, Any]) -> Answer:
    result = sandbox.execute(query.session, query.sql, query.id, bindings, request.describe, request.number)
    answer = statement_result(sandbox.store, query.session, result, query.id)
    size = query.session.parameters.get("CLIENT_RESULT_CHUNK_SIZE", PARAMETERS["CLIENT_RESULT_CHUNK_SIZE"])
    if result.transfer is not None:
        request.transfers.offer(answer["data"], request.base, request.agent, result.transfer)
    request.chunks.move_out(answer["data"], request.base, int(size))
    query.values = len(answer["data"]["rowset"]) * len(result.columns)
    return answer


def _several(sandbox: Sandbox, queries: Queries, query: Query, request: Request, parts: list[Piece]) -> Answer:
    """One child query per statement, in order; the first that fails ends the request with its error."""
    children = [queries.child(query, part.sql) for part in parts]
    used = 0
    for child, part in zip(children, parts, strict=True):
        count = placeholders(child.sql)
        _child(sandbox, query, child, part, request, _slice(request.bindings, used, count))
        used += count
    answer = statement_result(sandbox.store, query.session, _SUCCEEDED, query.id)
    if not request.describe:
        answer["data"]["resultIds"] = ",".join(child.id for child in children)
        answer["data"]["resultTypes"] = ",".join(str(_type(child)) for child in children)
        # The older connector scans the result of a request that it sent to the background before it asks for children.
        query.session.shared.remember(query.id, _SUCCEEDED)
    return answer


_SUCCEEDED = Result([Column("multiple statement execution")], [("Multiple statements executed successfully.",)], MULTI)


def _child(
    sandbox: Sandbox, parent: Query, child: Query, part: Piece, request: Request, bindings: dict[str, Any]
) -> None:
    try:
        child.finish(_one(sandbox, child, request, bindings))
    except Exception as error:
        child.finish(_failed(sandbox, child, error))
        for later in parent.children:
            if later.answer is None:
                later.finish(statement_error(fail("canceled"), later.id))
        if isinstance(error, SandboxError) and error.key != "canceled":
            shown = part.sql if len(part.sql) <= _SHOWN else f"{part.sql[:_SHOWN]}..."
            place = {"line": part.line, "position": part.position}
            raise fail("multi_failed", sql=shown, detail=error.text, **place) from error
        raise


def _slice(bindings: dict[str, Any], used: int, count: int) -> dict[str, Any]:
    """The bindings of one statement's question marks; named ones are everybody's."""
    own = {str(n + 1): bindings[str(used + n + 1)] for n in range(count) if str(used + n + 1) in bindings}
    return own if count else bindings


def _type(query: Query) -> int:
    data = query.answer["data"] if query.answer else {}
    return int(data.get("statementTypeId", 0))


def _failed(sandbox: Sandbox, query: Query, error: Exception) -> Answer:
    if isinstance(error, SandboxError):
        return statement_error(error, query.id)
    # A driver repeats a 5xx for minutes; a mistake of ours is told as an internal error with its name instead.
    sandbox.trouble(query.sql, error)
    return statement_error(fail("internal", name=type(error).__name__), query.id)
