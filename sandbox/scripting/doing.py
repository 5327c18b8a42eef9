"""What the statements of a block do: variables, statements for the engine, cursors, jobs."""

from __future__ import annotations

from sandbox.context import Context, Engine
from sandbox.errors import SandboxError, fail
from sandbox.results import Result
from sandbox.scripting import nodes as n
from sandbox.scripting import sources
from sandbox.scripting.jobs import Jobs
from sandbox.scripting.parse import read_statement
from sandbox.scripting.scope import Cursor, Exception_, Resultset, Scope, Variable
from sandbox.scripting.signals import EXPRESSION, STATEMENT, named
from sandbox.scripting.values import Value, put_in, put_values
from sandbox.scripting.variables import evaluate
from sandbox.sessions import query_id
from sandbox.sftypes import TEXT, SqlType


class Doer:
    """One block on its way. Names are looked up in the scope that is passed along."""

    def __init__(self, ctx: Context, engine: Engine) -> None:
        self.ctx = ctx
        self.engine = engine
        self.jobs = Jobs(ctx, engine)

    # --- values
    def values(self, text: str, scope: Scope, at: tuple[int, int]) -> list[Value]:
        """The values of expressions in which variables stand with or without a colon."""
        with named(EXPRESSION, at):
            return evaluate(self.ctx, put_in(text, {":": scope.look_up}, scope.look_up))

    def value(self, text: str, scope: Scope, at: tuple[int, int], kind: SqlType | None = None) -> Value:
        text = f"CAST(({text}) AS {kind.text()})" if kind else f"({text})"
        return self.values(text, scope, at)[0]

    def is_true(self, text: str, scope: Scope, at: tuple[int, int]) -> bool:
        return self.value(text, scope, at, SqlType("BOOLEAN")).value is True

    def declare(self, node: n.Declare, scope: Scope) -> None:
        if node.kind == "exception":
            scope.names[node.name] = Exception_(node.number, node.text)
        elif node.kind == "cursor":
            scope.names[node.name] = Cursor(node.text)
        elif node.kind == "resultset":
            scope.names[node.name] = self._resultset(node.text, scope, node.at) if node.text else Resultset()
        elif node.text:
            scope.names[node.name] = Variable(self.value(node.text, scope, node.at, node.type), node.type)
        else:
            scope.names[node.name] = Variable(Value(None, node.type or TEXT), node.type)

    def assign(self, node: n.Assign, scope: Scope) -> None:
        if isinstance(scope.find(node.name), Resultset):
            new = self._resultset(node.text, scope, node.at)
            old = scope.resultset(node.name)
            old.result, old.job, old.query = new.result, new.job, new.query
            return
        with named(STATEMENT, node.at):
            variable = scope.variable(node.name)
        variable.value = self.value(node.text, scope, node.at, variable.type)

    def _resultset(self, text: str, scope: Scope, at: tuple[int, int]) -> Resultset:
        """`( statement )` or `ASYNC ( statement )`"""
        with named(STATEMENT, at):
            inside, job = sources.statement_of(text)
            statement = read_statement(inside)
        statement.at = at
        if job:
            started = self.jobs.start(self.text(statement, scope), at)
            return Resultset(job=started, query=started.query)
        result, query = self._execute(statement, scope)
        return Resultset(result, query=query)

    # --- statements for the engine
    def text(self, node: n.Sql | n.Execute, scope: Scope) -> str:
        if isinstance(node, n.Sql):
            with named(STATEMENT, node.at):
                return put_in(node.text, {":": scope.look_up})
        text = self.value(node.text, scope, node.at).value
        using = self.values(node.using, scope, node.at) if node.using else []
        with named(STATEMENT, node.at):
            if text is None:
                raise fail("empty")
            return put_values(str(text), using)

    def _execute(self, node: n.Sql | n.Execute, scope: Scope) -> tuple[Result, str]:
        text, query = self.text(node, scope), query_id()
        scope.hold_query(query)
        with named(STATEMENT, node.at):
            result = self.engine.execute(self.ctx.session, text, query, request=self.ctx.request)
        scope.hold_counts(sources.changed_rows(result))
        return result, query

    def run(self, node: n.Sql | n.Execute, scope: Scope) -> None:
        result, _ = self._execute(node, scope)
        if isinstance(node, n.Sql) and node.into:
            with named(STATEMENT, node.at):
                if len(result.rows) != 1:
                    raise fail("one_row", actual=len(result.rows))
                self._into(node.into, result, result.rows[0], scope, node.at)

    def _into(
        self, names: list[str], result: Result, row: tuple[object, ...], scope: Scope, at: tuple[int, int]
    ) -> None:
        if len(names) != len(row):
            raise fail("variable_count", wanted=len(names), actual=len(row))
        for name, column, raw in zip(names, result.columns, row, strict=True):
            variable = scope.variable(name)
            value = Value(raw, column.type)
            cast = Scope()
            cast.hold("V", value)
            variable.value = self.value(":V", cast, at, variable.type) if variable.type else value

    # --- cursors
    def source(self, name: str, scope: Scope, at: tuple[int, int]) -> Result:
        """The rows of a RESULTSET, or of a cursor, which is opened if it is not open."""
        held = scope.find(name)
        if isinstance(held, Cursor):
            if held.result is None:
                self._open(held, scope, at, "")
            result = Result(held.result.columns if held.result else [], held.rows)
            held.rows = []
            return result
        resultset = scope.resultset(name)
        if resultset.result is None:
            raise fail("resultset_empty", name=name)
        return resultset.result

    def cursor(self, node: n.Open | n.Fetch | n.Close, scope: Scope) -> None:
        with named(STATEMENT, node.at):
            cursor = scope.cursor(node.name)
            if isinstance(node, n.Open):
                self._open(cursor, scope, node.at, node.using)
                return
            if cursor.result is None:
                raise fail("cursor_closed", name=node.name)
            if isinstance(node, n.Close):
                cursor.result, cursor.rows = None, []
                return
            row = cursor.rows.pop(0) if cursor.rows else tuple(None for _ in cursor.result.columns)
            self._into(node.into, cursor.result, row, scope, node.at)

    def _open(self, cursor: Cursor, scope: Scope, at: tuple[int, int], using: str) -> None:
        if isinstance(scope.find(cursor.source.upper()), Resultset):
            cursor.result = self.source(cursor.source.upper(), scope, at)
        else:
            text = put_values(cursor.source, self.values(using, scope, at) if using else [])
            cursor.result, _ = self._execute(n.Sql(at, text), scope)
        cursor.rows = list(cursor.result.rows)

    # --- jobs
    def await_(self, node: n.Await, scope: Scope) -> None:
        with named(STATEMENT, node.at):
            if not node.name:
                self._await_all(scope)
                return
            resultset = scope.resultset(node.name)
            if resultset.job is None:
                if resultset.result is None:
                    raise fail("resultset_empty", name=node.name)
                return
            if node.cancel:
                self.jobs.cancel(resultset.job)
                return
            resultset.result = self.jobs.result(resultset.job)
            scope.hold_counts(sources.changed_rows(resultset.result))

    def _await_all(self, scope: Scope) -> None:
        """All jobs are waited for; then the first that failed, in the order of their start, is what failed."""
        first: SandboxError | None = None
        waiting = self.jobs.open()
        for job in waiting:
            try:
                sources.fill(scope, job, self.jobs.result(job))
            except SandboxError as error:
                if self.ctx.session.is_canceled():
                    raise
                first = first or error
        if first is not None:
            raise first
