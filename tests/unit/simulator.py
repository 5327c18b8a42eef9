"""Snowflake's rules for shares as plain dictionaries: what it refuses, what it forgets, and who sees what.

Rules: docs.snowflake.com/en/sql-reference/sql (create-share, grant-privilege-share, alter-share, create-view).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from shares.core.spec import (
    Granted,
    Observed,
    ObservedFunction,
    ObservedShare,
    ObservedView,
    ShareSpec,
)
from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    RemoveAccounts,
    Revoke,
)
from shares.snowflake import sql

Path = tuple[str, ...]


class RuleBroken(AssertionError):
    """Snowflake would refuse the statement."""


class NotOurs(AssertionError):
    """The statement touches something that does not carry our mark."""


@dataclass(frozen=True)
class Thing:
    """A view or a function. `reads` are other databases' names for a view, views' names for a function."""

    definition: str
    secure: bool
    comment: str
    reads: tuple[str, ...] = ()


@dataclass
class Share:
    comment: str
    grants: set[Granted] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    accounts: list[str] = field(default_factory=list)

    @property
    def database(self) -> str:
        return next((g.path[0] for g in self.grants if (g.privilege, g.kind) == ("USAGE", "DATABASE")), "")


@dataclass
class World:
    """One provider account. Schemas, views and functions are keyed by their qualified names."""

    databases: set[str]
    schemas: dict[Path, str] = field(default_factory=dict)
    views: dict[Path, Thing] = field(default_factory=dict)
    functions: dict[Path, Thing] = field(default_factory=dict)
    tables: set[Path] = field(default_factory=set)
    shares: dict[str, Share] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)

    def observe(self, spec: ShareSpec) -> Observed:
        """What shares.snowflake.inspect reads: three accounts at most, no REFERENCE_USAGE."""
        share = self.shares.get(spec.share)
        seen = ObservedShare(share.comment, share.database, tuple(share.accounts[:3])) if share else None
        grants = frozenset(share.grants) if share else frozenset()
        if spec.database not in self.databases:
            return Observed(database_exists=False, share=seen, grants=grants)
        schema = (spec.database, spec.schema)
        return Observed(
            database_exists=True,
            schema_comment=self.schemas.get(schema),
            views=tuple(
                ObservedView(path[-1], thing.definition, thing.secure, thing.comment)
                for path, thing in sorted(self.views.items())
                if path[:2] == schema
            ),
            functions=tuple(
                ObservedFunction(name, bracket + types, thing.definition, thing.secure, thing.comment)
                for path, thing in sorted(self.functions.items())
                if path[:2] == schema
                for name, bracket, types in [path[-1].partition("(")]
            ),
            share=seen,
            grants=grants,
            tables=tuple(path[-1] for path in sorted(self.tables) if path[:2] == schema),
        )

    def visible(self, account: str) -> set[tuple[Path, str, bool]]:
        """What `account` can read: path, definition and secureness of every object that is open to it."""
        found = set()
        for share in self.shares.values():
            if account not in share.accounts or not share.database:
                continue
            for granted in share.grants:
                thing = self.views.get(granted.path) or self.functions.get(granted.path)
                schema = Granted("USAGE", "SCHEMA", granted.path[:2])
                if thing and schema in share.grants and granted.path[0] == share.database:
                    found.add((granted.path, thing.definition, thing.secure))
        return found

    def readers(self) -> set[str]:
        return {account for share in self.shares.values() for account in share.accounts}

    def apply(self, action: Action, mark: str) -> None:
        """Carry out one statement. Raises RuleBroken or NotOurs."""
        match action:
            case CreateSchema():
                _need(action.path[0] in self.databases, "the database does not exist")
                _need(action.path not in self.schemas, "the schema exists")
                self.schemas[action.path] = action.comment
            case CreateView():
                self._create(self.views, action, (*_others(action),), mark)
            case CreateFunction():
                for name in action.function.reads:
                    _need((*action.path[:2], name) in self.views, f"the function reads {name}, which does not exist")
                self._create(self.functions, action, action.function.reads, mark)
            case CreateShare():
                _need(action.share not in self.shares, "the share exists")
                self.shares[action.share] = Share(action.comment)
            case Grant():
                self._grant(self._ours(action.share, mark), action.granted)
            case Revoke():
                self._revoke(self._ours(action.share, mark), action.granted)
            case AddAccounts():
                share = self._ours(action.share, mark)
                _need(bool(share.database), "the share has no database yet")
                _need(1 <= len(action.accounts) <= 10, "one to ten accounts a statement")
                share.accounts += [ref.key for ref in action.accounts if ref.key not in share.accounts]
            case RemoveAccounts():
                share = self._ours(action.share, mark)
                _need(1 <= len(action.accounts) <= 10, "one to ten accounts a statement")
                self.cut_off |= set(action.accounts) & set(share.accounts)
                share.accounts = [name for name in share.accounts if name not in action.accounts]
            case Drop():
                self._drop(action, mark)

    def _ours(self, name: str, mark: str) -> Share:
        _need(name in self.shares, "the share does not exist")
        if self.shares[name].comment != mark:
            raise NotOurs(f"the share {name}")
        return self.shares[name]

    def _create(
        self, things: dict[Path, Thing], action: CreateView | CreateFunction, reads: tuple[str, ...], mark: str
    ) -> None:
        _need(action.path[:2] in self.schemas, "the schema does not exist")
        if self.schemas[action.path[:2]] != mark:
            raise NotOurs(f"the schema {action.path[:2]}")
        path = action.path
        if isinstance(action, CreateFunction):
            path = (*path[:2], path[-1] + action.function.signature)
            definition = action.function.definition
        else:
            definition = action.view.definition
        _need(path not in self.tables, "a table has this name")
        text = sql.render(action)
        if path in things:
            _need("OR REPLACE" in text, f"{path[-1]} exists")
            if "COPY GRANTS" not in text:
                self._forget(path)
        things[path] = Thing(definition, " SECURE " in text.splitlines()[0], action.comment, reads)

    def _grant(self, share: Share, granted: Granted) -> None:
        path = granted.path
        match granted.privilege, granted.kind:
            case "USAGE", "DATABASE":
                _need(path[0] in self.databases, "the database does not exist")
                _need(share.database in ("", path[0]), "a share has one database")
            case "REFERENCE_USAGE", "DATABASE":
                _need(bool(share.database), "USAGE on the database comes first")
                share.references.add(path[0])
                return
            case "USAGE", "SCHEMA":
                _need(share.database == path[0], "the schema's database is not shared")
                _need(path in self.schemas, "the schema does not exist")
            case ("SELECT", "VIEW") | ("USAGE", "FUNCTION"):
                things = self.views if granted.kind == "VIEW" else self.functions
                _need(path in things, f"{path[-1]} does not exist")
                _need(things[path].secure, f"{path[-1]} is not secure")
                _need(Granted("USAGE", "SCHEMA", path[:2]) in share.grants, "the schema is not shared")
                if granted.kind == "VIEW":
                    _need(set(things[path].reads) <= share.references, "REFERENCE_USAGE comes first")
            case other:
                raise RuleBroken(f"{other} cannot be granted")
        share.grants.add(granted)

    def _revoke(self, share: Share, granted: Granted) -> None:
        known = {"VIEW": set(self.views), "FUNCTION": set(self.functions), "SCHEMA": set(self.schemas)}
        there = known.get(granted.kind)
        _need(there is None or granted.path in there, f"{granted.path} does not exist")
        share.grants.discard(granted)

    def _drop(self, action: Drop, mark: str) -> None:
        path = action.path
        if action.kind == "SHARE":
            self._ours(path[0], mark)
            del self.shares[path[0]]
            return
        things: dict[str, dict[Path, Thing]] = {"VIEW": self.views, "FUNCTION": self.functions}
        if action.kind in things:
            _need(path in things[action.kind], f"{path[-1]} does not exist")
            if things[action.kind].pop(path).comment != mark:
                raise NotOurs(f"{action.kind} {path[-1]}")
            self._forget(path)
            return
        _need(path in self.schemas, "the schema does not exist")
        inside = [thing for known in things.values() for key, thing in known.items() if key[:2] == path]
        if self.schemas.pop(path) != mark or any(thing.comment != mark for thing in inside):
            raise NotOurs(f"the schema {path} or something in it")
        if any(key[:2] == path for key in self.tables):
            raise NotOurs(f"a table in {path}")
        for known in things.values():
            for key in [key for key in known if key[:2] == path]:
                del known[key]
                self._forget(key)
        self._forget(path)

    def _forget(self, path: Path) -> None:
        for share in self.shares.values():
            share.grants = {granted for granted in share.grants if granted.path != path}

    def unsecure(self, path: Path) -> None:
        """What ALTER VIEW … UNSET SECURE does: the grants stay."""
        self.views[path] = replace(self.views[path], secure=False)


def _others(action: CreateView) -> set[str]:
    return {action.view.source[0]} - {action.path[0]}


def _need(condition: bool, otherwise: str) -> None:
    if not condition:
        raise RuleBroken(otherwise)
