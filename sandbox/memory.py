"""The whole catalog in memory, found by every key that statements ask for; each change can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TypeVar

from sandbox.things import Privilege, Row, space

Ids = dict[int, None]
K = TypeVar("K")
V = TypeVar("V")
_ROLES = ("ROLE", "DATABASE ROLE", "DATABASE_ROLE")
_age = attrgetter("created")


class Memory:
    """Rows and privileges with their indexes. The caller holds the store's lock; `undo` is what takes changes back."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.names: dict[tuple[int, str, int, str], int] = {}
        self.undo: list[Callable[[], None]] = []
        # What was worked out from who has which role; empty again whenever that changes.
        self.closures: dict[tuple[object, ...], frozenset[int]] = {}
        # Accounts by whatever they are called; None when it must be worked out again.
        self.called: dict[str, list[int]] | None = None
        self._below: dict[int, dict[str, Ids]] = {}
        self._kinds: dict[str, dict[int, Ids]] = {}
        self._mounts: dict[int, Ids] = {}
        self._owned: dict[int, Ids] = {}
        self._on: dict[int, dict[int, dict[str, Privilege]]] = {}
        self._to: dict[int, dict[tuple[int, str], Privilege]] = {}
        self._roles: dict[int, Ids] = {}
        self._targets: dict[int, dict[int, float]] = {}
        self._inbound: dict[int, Ids] = {}

    def copy(self) -> Memory:
        """The same rows and privileges, in indexes of their own."""
        other = Memory()
        for row in self.rows.values():
            other.put(row)
        for held in self._to.values():
            for privilege in held.values():
                other.grant(privilege)
        for share, accounts in self._targets.items():
            for account, added in accounts.items():
                other.target(share, account, added)
        other.undo.clear()
        return other

    def take_back(self) -> None:
        """As it was when `undo` was empty."""
        while self.undo:
            self.undo.pop()()
        self.undo.clear()

    def fill(
        self, rows: Iterable[Row], privileges: Iterable[Privilege], targets: Iterable[tuple[int, int, float]]
    ) -> None:
        """What the file holds, at the start."""
        for row in rows:
            self._link(row)
        for privilege in privileges:
            self._hold(privilege)
        for share, account, added in targets:
            self._target(share, account, added)

    # --- things
    def put(self, row: Row) -> None:
        """A new row, or one in the place of its older self."""
        old = self.rows.get(row.id)
        if old is not None:
            self._unlink(old)
        self._link(row)
        self.undo.append(lambda: self._swap(row, old))

    def drop(self, id_: int) -> None:
        old = self.rows[id_]
        self._unlink(old)
        self.undo.append(lambda: self._link(old))

    def _swap(self, row: Row, old: Row | None) -> None:
        self._unlink(row)
        if old is not None:
            self._link(old)

    def _link(self, row: Row) -> None:
        id_, account, kind, parent, name, owner, _, _, origin, _ = row
        self.rows[id_] = row
        self.names[(account, space(kind), parent, name)] = id_
        self._kinds.setdefault(kind, {}).setdefault(account, {})[id_] = None
        if parent:
            self._below.setdefault(parent, {}).setdefault(kind, {})[id_] = None
        if owner is not None:
            self._owned.setdefault(owner, {})[id_] = None
        if origin is not None:
            self._mounts.setdefault(origin, {})[id_] = None
        self._forget(kind)

    def _unlink(self, row: Row) -> None:
        id_ = row.id
        del self.rows[id_]
        del self.names[(row.account, space(row.kind), row.parent, row.name)]
        del self._kinds[row.kind][row.account][id_]
        if row.parent:
            del self._below[row.parent][row.kind][id_]
            if not any(self._below[row.parent].values()):
                del self._below[row.parent]
        if row.owner is not None:
            _without(self._owned, row.owner, id_)
        if row.origin is not None:
            _without(self._mounts, row.origin, id_)
        self._forget(row.kind)

    def _forget(self, kind: str) -> None:
        """What was worked out from things of this kind."""
        if kind in _ROLES:
            self.closures.clear()
        elif kind == "ACCOUNT":
            self.called = None

    def of_kind(self, kind: str, account: int | None = None) -> Iterable[int]:
        """Ids of a kind, of one account or of all."""
        known = self._kinds.get(kind, {})
        if account is not None:
            return known.get(account, {})
        return [id_ for ids in known.values() for id_ in ids]

    def children(self, parent: int, kinds: tuple[str, ...]) -> Iterator[int]:
        """Ids of what a thing contains, of these kinds; of all when none is named."""
        known = self._below.get(parent, {})
        for kind in kinds or tuple(known):
            yield from known.get(kind, {})

    def mounts(self, share: int) -> Iterable[int]:
        return self._mounts.get(share, {})

    def owned(self, owner: int) -> Iterable[int]:
        return self._owned.get(owner, {})

    # --- privileges
    def grant(self, given: Privilege) -> None:
        """A new privilege, or one in the place of its older self."""
        old = self.privilege(given.on, given.privilege, given.to)
        self._hold(given)
        self.undo.append((lambda: self._hold(old)) if old is not None else (lambda: self._let_go(given)))

    def revoke(self, taken: Privilege) -> None:
        self._let_go(taken)
        self.undo.append(lambda: self._hold(taken))

    def _hold(self, p: Privilege) -> None:
        self._on.setdefault(p.on, {}).setdefault(p.to, {})[p.privilege] = p
        self._to.setdefault(p.to, {})[(p.on, p.privilege)] = p
        thing = self.rows.get(p.on)
        if thing is not None and thing.kind in _ROLES:
            self._roles.setdefault(p.to, {})[p.on] = None
            self.closures.clear()

    def _let_go(self, p: Privilege) -> None:
        held = self._on[p.on]
        del held[p.to][p.privilege]
        gone = not held[p.to]
        if gone:
            del held[p.to]
            if not held:
                del self._on[p.on]
        _without(self._to, p.to, (p.on, p.privilege))
        if gone and p.on in self._roles.get(p.to, {}):
            _without(self._roles, p.to, p.on)
            self.closures.clear()

    def privilege(self, on: int, privilege: str, to: int) -> Privilege | None:
        return self._on.get(on, {}).get(to, {}).get(privilege)

    def holders(self, on: int) -> dict[int, dict[str, Privilege]]:
        """By holder, what each holds on the thing."""
        return self._on.get(on, {})

    def privileges_on(self, on: int) -> list[Privilege]:
        return sorted((p for held in self._on.get(on, {}).values() for p in held.values()), key=_age)

    def privileges_to(self, to: int) -> list[Privilege]:
        return sorted(self._to.get(to, {}).values(), key=_age)

    def roles(self, to: int) -> list[int]:
        return list(self._roles.get(to, {}))

    # --- accounts of shares
    def target(self, share: int, account: int, added: float) -> None:
        self._target(share, account, added)
        self.undo.append(lambda: self._untarget(share, account))

    def untarget(self, share: int, account: int) -> None:
        added = self._targets[share][account]
        self._untarget(share, account)
        self.undo.append(lambda: self._target(share, account, added))

    def _target(self, share: int, account: int, added: float) -> None:
        self._targets.setdefault(share, {})[account] = added
        self._inbound.setdefault(account, {})[share] = None

    def _untarget(self, share: int, account: int) -> None:
        _without(self._targets, share, account)
        _without(self._inbound, account, share)

    def targets(self, share: int) -> dict[int, float]:
        """The accounts of a share and since when each is one."""
        return self._targets.get(share, {})

    def inbound(self, account: int) -> list[int]:
        return sorted(self._inbound.get(account, {}))


def _without(index: dict[int, dict[K, V]], key: int, member: K) -> None:
    """Takes a member out, and the key with its last one."""
    members = index[key]
    del members[member]
    if not members:
        del index[key]
