"""Carrying out a block of Snowflake Scripting."""

from __future__ import annotations

import time

from sandbox.context import Context, Engine
from sandbox.errors import fail
from sandbox.results import Column, Result
from sandbox.scripting import nodes as n
from sandbox.scripting.doing import Doer
from sandbox.scripting.scope import Exception_, Scope, record
from sandbox.scripting.signals import EXPRESSION, STATEMENT, Left, Returned, ScriptError, named
from sandbox.scripting.values import Value
from sandbox.sftypes import INTEGER, TEXT, SqlType, parse_type


def run_block(
    ctx: Context,
    engine: Engine,
    block: n.Block,
    arguments: Scope | None = None,
    title: str = "anonymous block",
    kind: str | None = None,
) -> Result:
    """The answer of a block: its RETURN value in a column called `title`, cast to `kind`, NULL without one; or rows."""
    runner = Runner(ctx, engine, title, parse_type(kind) if kind else None)
    try:
        runner.block(block, arguments or Scope())
    except Returned as returned:
        return returned.result
    except ScriptError as error:
        raise error.uncaught() from error
    except Left as left:
        raise fail("outside_loop", name="CONTINUE" if left.again else "BREAK") from left
    finally:
        runner.jobs.close()
    return runner.answer(Value(None))


class Runner(Doer):
    """The control flow of one block."""

    def __init__(self, ctx: Context, engine: Engine, title: str, kind: SqlType | None) -> None:
        super().__init__(ctx, engine)
        self._title, self._kind = title, kind
        self._handled: list[ScriptError] = []
        seconds = int(ctx.session.parameters.get("STATEMENT_TIMEOUT_IN_SECONDS") or 0)
        self._seconds, self._deadline = seconds, time.monotonic() + seconds if seconds else float("inf")

    def answer(self, value: Value) -> Result:
        return Result([Column(self._title, self._kind or value.type)], [(value.value,)])

    # --- blocks
    def block(self, block: n.Block, outer: Scope) -> None:
        scope = Scope(outer)
        try:
            for declaration in block.declarations:
                self.declare(declaration, scope)
            self._body(block.body, scope, block.handlers)
        except ScriptError as error:
            handler = _handler(block.handlers, error, go_on=False)
            if handler is None:
                raise
            self._handle(handler, error, scope)

    def _body(self, body: list[n.Node], scope: Scope, handlers: list[n.Handler]) -> None:
        for node in body:
            try:
                self._statement(node, scope, handlers)
            except ScriptError as error:
                handler = _handler(handlers, error, go_on=True)
                if handler is None:
                    raise
                self._handle(handler, error, scope)

    def _handle(self, handler: n.Handler, error: ScriptError, outer: Scope) -> None:
        scope = Scope(outer)
        scope.hold("SQLCODE", Value(error.code, INTEGER))
        scope.hold("SQLERRM", Value(error.text, TEXT))
        scope.hold("SQLSTATE", Value(error.sqlstate, TEXT))
        self._handled.append(error)
        try:
            self._body(handler.body, scope, [])
        finally:
            self._handled.pop()

    def _statement(self, node: n.Node, scope: Scope, handlers: list[n.Handler]) -> None:
        if self.ctx.session.is_canceled():
            raise fail("canceled")
        if time.monotonic() > self._deadline:
            raise fail("timeout", seconds=self._seconds)
        match node:
            case n.Sql() | n.Execute():
                self.run(node, scope)
            case n.Declare():
                self.declare(node, scope)
            case n.Assign():
                self.assign(node, scope)
            case n.Return():
                self._return(node, scope)
            case n.Block():
                self.block(node, scope)
            case n.If():
                self._if(node, scope, handlers)
            case n.Loop():
                self._loop(node, scope, handlers)
            case n.ForRange():
                self._range(node, scope, handlers)
            case n.ForRows():
                self._rows(node, scope, handlers)
            case n.Leave():
                raise Left(node.again, node.label)
            case n.Raise():
                self._raise(node, scope)
            case n.Open() | n.Fetch() | n.Close():
                self.cursor(node, scope)
            case n.Job():
                self.jobs.start(self.text(node.statement, scope), node.at)
            case n.Await():
                self.await_(node, scope)

    def _return(self, node: n.Return, scope: Scope) -> None:
        if node.table:
            with named(STATEMENT, node.at):
                rows = self.source(node.table, scope, node.at)
            raise Returned(Result(rows.columns, rows.rows))
        raise Returned(self.answer(self.value(node.text, scope, node.at, self._kind) if node.text else Value(None)))

    # --- branches and loops
    def _if(self, node: n.If, scope: Scope, handlers: list[n.Handler]) -> None:
        for test, body in node.branches:
            if self.is_true(test, scope, node.at):
                self._body(body, scope, handlers)
                return
        self._body(node.otherwise, scope, handlers)

    def _round(self, body: list[n.Node], scope: Scope, handlers: list[n.Handler], label: str) -> bool:
        """One round of a loop; False when it was the last one."""
        if self.ctx.session.is_canceled():
            raise fail("canceled")
        try:
            self._body(body, Scope(scope), handlers)
        except Left as left:
            if left.label not in ("", label):
                raise
            return left.again
        return True

    def _loop(self, node: n.Loop, scope: Scope, handlers: list[n.Handler]) -> None:
        while not node.test or self.is_true(node.test, scope, node.at):
            if not self._round(node.body, scope, handlers, node.label):
                return
            if node.until and self.is_true(node.until, scope, node.at):
                return

    def _range(self, node: n.ForRange, scope: Scope, handlers: list[n.Handler]) -> None:
        """From the first to the last number, both included; with REVERSE from the last down to the first."""
        first, last = (self._bound(text, scope, node.at) for text in (node.first, node.last))
        numbers = range(last, first - 1, -1) if node.reverse else range(first, last + 1)
        for number in numbers:
            inner = Scope(scope)
            inner.hold(node.name, Value(number, INTEGER))
            if not self._round(node.body, inner, handlers, node.label):
                return

    def _bound(self, text: str, scope: Scope, at: tuple[int, int]) -> int:
        value = self.value(text, scope, at, INTEGER).value
        with named(EXPRESSION, at):
            if value is None:
                raise fail("loop_bound", text=text)
        return int(value)

    def _rows(self, node: n.ForRows, scope: Scope, handlers: list[n.Handler]) -> None:
        with named(STATEMENT, node.at):
            found = self.source(node.source, scope, node.at)
        for row in found.rows:
            inner = Scope(scope)
            inner.names[node.name] = record(found, row)
            if not self._round(node.body, inner, handlers, node.label):
                return

    # --- exceptions
    def _raise(self, node: n.Raise, scope: Scope) -> None:
        if not node.name:
            if not self._handled:
                raise ScriptError(STATEMENT, node.at, 2, "0A000", fail("unsupported", feature="RAISE").text)
            raise self._handled[-1]
        held = scope.find(node.name)
        if not isinstance(held, Exception_):
            with named(STATEMENT, node.at):
                raise fail("identifier", line=node.at[0], position=node.at[1], name=node.name)
        raise ScriptError(node.name, node.at, held.number, "P0001", held.text)


def _handler(handlers: list[n.Handler], error: ScriptError, go_on: bool) -> n.Handler | None:
    """The first handler for the exception, if it is one of this kind."""
    for handler in handlers:
        if error.name in handler.names or "OTHER" in handler.names:
            return handler if handler.go_on == go_on else None
    return None
