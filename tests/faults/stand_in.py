"""Snowflake as plain dictionaries behind the portal's own services: fast enough for a million statements.

It answers what shares.services send, by the rules of tests/unit/simulator.py; a statement's text is traced back to the
action that it was rendered from. What the texts do in Snowflake is asked of the sandbox, in tests/snowflake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from django.db import connection

from shares.core.spec import Observed, ShareSpec, ViewSpec
from shares.core.steps import Action, Drop, Grant, Revoke
from shares.models import Share, Statement
from shares.services import apply, naming, reconcile, sessions, viewer
from shares.snowflake import pool, sql, together
from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from tests.unit.simulator import RuleBroken, World

DOES_NOT_EXIST = 2003
WRITES = ("INSERT", "UPDATE", "DELETE")
_COMMENT = re.compile(r"COMMENT ON DATABASE \w+ IS '(.*)'\Z")


class Died(BaseException):
    """The process is gone: nothing of what it would have done next happens, and what it had not committed is lost."""


@dataclass(frozen=True)
class Trouble:
    """What happens at the run's statement (or look, or write) number `at`: `strike` raises, or does what others do.

    `after`: Snowflake, or the database, had carried it out already.
    """

    of: str
    at: int
    after: bool
    strike: Callable[[], None]


@dataclass
class Snowflake:
    """One provider account. `wrong` collects what no rule of Snowflake's or of ours allows, in words."""

    world: World
    comment: str = ""
    trouble: Trouble | None = None
    counts: dict[str, int] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    before_each: Callable[[Action], None] = lambda _: None
    meddled: bool = False
    _actions: dict[str, Action] = field(default_factory=dict)
    _tests: dict[str, tuple[ViewSpec, str, str]] = field(default_factory=dict)
    _columns: dict[str, tuple[str, str]] = field(default_factory=dict)

    # --- trouble
    @contextmanager
    def troubled(self, trouble: Trouble | None) -> Iterator[None]:
        """One run of a process of its own: what it had signed in to ends with it."""
        self.trouble, self.counts, self.meddled = trouble, {}, False
        try:
            yield
        finally:
            self.trouble = None
            pool.close_idle()

    def strike(self, of: str, act: Callable[[], Any]) -> Any:
        self.counts[of] = number = self.counts.get(of, 0) + 1
        trouble = self.trouble
        mine = trouble is not None and (trouble.of, trouble.at) == (of, number)
        if trouble and mine and not trouble.after:
            trouble.strike()
        done = act()
        if trouble and mine and trouble.after:
            trouble.strike()
        return done

    # --- what Firn calls
    def observe(self, _: object, spec: ShareSpec, *asked: object) -> Observed:
        seen: Observed = self.strike("look", lambda: replace(self.world.observe(spec), database_comment=self.comment))
        return seen

    def run(self, text: str) -> Result:
        return Result(self.strike("statement", lambda: self._carry_out(text)), "01-stand-in", 1)

    def discard(self) -> None:
        """A session has no state here that could stick to it."""

    def close(self) -> None:
        """Nothing to hang up."""

    def write(self, execute: Any, text: str, *rest: Any) -> Any:
        """Django's wrapper around each statement to the portal's own database."""
        if not text.lstrip().startswith(WRITES):
            return execute(text, *rest)
        return self.strike("write", lambda: execute(text, *rest))

    def _carry_out(self, text: str) -> tuple[dict[str, Any], ...]:
        if found := _COMMENT.match(text):
            self.comment = found[1]
        elif text in self._columns:
            return self._show_columns(*self._columns[text])
        elif text in self._tests:
            return self._leak_test(*self._tests[text])
        elif text in self._actions:
            self._change(text, self._actions[text])
        elif not text.startswith("ALTER SESSION"):
            raise AssertionError(f"the stand-in does not know {text}")
        return ()

    def _change(self, text: str, action: Action) -> None:
        self.sent.append(text)
        if not Statement.objects.filter(sql=text, changes=True).exists():
            self.wrong.append(f"I9: sent without an intent: {text}")
        self.before_each(action)
        try:
            self.world.apply(action, _mark(action))
        except RuleBroken as broken:
            if not self.meddled:
                self.wrong.append(f"refused although nobody meddled: {text}: {broken}")
            raise SnowflakeError(DOES_NOT_EXIST, str(broken)) from broken

    def _leak_test(self, view: ViewSpec, database: str, schema: str) -> tuple[dict[str, Any], ...]:
        there = self.world.views.get((database, schema, view.name))
        if there is None:
            raise SnowflakeError(DOES_NOT_EXIST, f"{view.name} does not exist")
        foreign = 0 if there.definition == view.definition else 7
        return ({"row_count": 3 + foreign, "foreign_count": foreign, "null_count": 0, "newest": None},)

    def _show_columns(self, database: str, schema: str) -> tuple[dict[str, Any], ...]:
        """Of each view the columns that its own text lists."""
        found: list[dict[str, Any]] = []
        for place, view in self.world.views.items():
            if place[:2] == (database, schema):
                listed = view.definition.partition("\nFROM")[0].removeprefix("SELECT ").split(",")
                names = [name.rpartition(" AS ")[2].strip().strip('"') for name in listed]
                found += [{"table_name": place[2], "column_name": name} for name in names]
        return tuple(found)

    # --- in the place of what connects
    @contextmanager
    def standing_in(self) -> Iterator[None]:
        with ExitStack() as stack:
            for module, name, value in (
                (sessions, "connect", lambda *_, **__: self.strike("sign-in", lambda: self)),
                (sessions, "parameters", lambda *_: {}),
                (reconcile, "begin", lambda *_: None),
                (reconcile, "observe", self.observe),
                (naming, "observe", self.observe),
                (apply, "run_together", _one_by_one),
                (together, "in_background", _at_once),
                (viewer, "in_background", _at_once),
                (sql, "render", self._noting(sql.render, self._actions, lambda action: action)),
                (sql, "leak_test", self._noting(sql.leak_test, self._tests, lambda *of: of)),
                (sql, "show_columns", self._noting(sql.show_columns, self._columns, lambda *of: of)),
            ):
                stack.enter_context(patch.object(module, name, value))
            stack.enter_context(connection.execute_wrapper(self.write))
            yield

    def _noting(self, real: Callable[..., str], known: dict[str, Any], what: Callable[..., Any]) -> Callable[..., str]:
        def render(*arguments: Any) -> str:
            text = real(*arguments)
            known[text] = what(*arguments)
            return text

        return render


def _at_once(work: Callable[..., Any], *arguments: object) -> Future[Any]:
    """Done before it is waited for, in the same thread: rows, and the order of a sequence, are this thread's."""
    done: Future[Any] = Future()
    try:
        done.set_result(work(*arguments))
    except Exception as error:
        done.set_exception(error)
    return done


def _one_by_one(client: Snowflake, texts: Sequence[str]) -> list[Result | SnowflakeError]:
    """In the order of `texts`, so that a sequence is the same each time."""
    answers: list[Result | SnowflakeError] = []
    for text in texts:
        try:
            answers.append(client.run(text))
        except SnowflakeError as error:
            answers.append(error)
    return answers


def _mark(action: Action) -> str:
    """The mark of the share that an action is for."""
    if isinstance(action, Drop):
        name = action.path[0] if action.kind == "SHARE" else action.path[1]
    elif isinstance(action, Grant | Revoke):
        name = action.share
    else:
        name = getattr(action, "share", "") or action.path[1]  # type: ignore[union-attr]
    return next((share.mark for share in Share.objects.all() if share.name == name), f"no share is called {name}")
