"""The catalog: named things, privileges, accounts of shares; kept in memory and written through to one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from operator import attrgetter
from pathlib import Path
from typing import Any

from sandbox.changes import Changes
from sandbox.things import Privilege, Row, Thing, called, kept_name, plain_name, space

__all__ = ["Privilege", "Store", "Thing"]

_name = attrgetter("name")
Wanted = Callable[[str], object]


def _sorted(rows: list[Row], wanted: Wanted | None) -> list[Row]:
    return sorted(rows if wanted is None else [row for row in rows if wanted(plain_name(row.name))], key=_name)


class Store(Changes):
    """The catalog as statements use it. A thing that is handed out belongs to whoever asked for it.

    `added` is told of every new thing, inside the same transaction.
    """

    added: Callable[[Thing], None] | None = None
    # Told of what is about to go, with the id of what it goes along with.
    removing: Callable[[Thing, int], None] | None = None
    revoking: Callable[[Privilege], None] | None = None
    # Where internal stages keep their files.
    stages: Path | None = None

    def copy(self) -> Store:
        """The catalog as it is now, kept nowhere; it belongs to whoever asked."""
        other = Store(Path(":memory:"))
        with self.lock:
            other._memory, other._last_id = self._memory.copy(), self._last_id
        other.stages = self.stages
        return other

    # --- things
    def add(
        self,
        kind: str,
        name: str,
        *,
        account: int,
        parent: int = 0,
        owner: int | None = None,
        comment: str = "",
        origin: int | None = None,
        props: dict[str, Any] | None = None,
        session: str = "",
    ) -> Thing:
        """A new thing, temporary if it is a session's; the caller has checked that the name is free."""
        text, name = json.dumps(props or {}), kept_name(name, session)
        with self._write() as journal:
            # An id is never given twice, not even after a rollback: rows are kept under it.
            self._last_id += 1
            row = Row(self._last_id, account, kind, parent, name, owner, comment, self._now(), origin, text)
            journal.add(row)
            self._memory.put(row)
            thing = Thing(row)
            if self.added:
                self.added(thing)
        return thing

    def save(self, thing: Thing) -> None:
        """Writes name, parent, owner, comment and props back."""
        row = thing.row()
        with self._write() as journal:
            if row.id not in self._memory.rows:
                raise LookupError(f"thing {row.id} is gone")
            journal.save(row)
            self._memory.put(row)

    def revive(self, row: Row) -> None:
        """A removed thing as it was, under its old id; the caller has checked that the name is free."""
        with self._write() as journal:
            journal.add(row)
            self._memory.put(row)

    def get(self, id_: int) -> Thing | None:
        with self.lock:
            row = self._memory.rows.get(id_)
        return Thing(row) if row is not None else None

    def at(self, id_: int) -> Thing:
        """The thing with this id, which must exist."""
        found = self.get(id_)
        if found is None:
            raise LookupError(f"thing {id_} is gone")
        return found

    def find(self, account: int, kind: str, name: str, parent: int = 0, session: str = "") -> Thing | None:
        """By name; TABLE and VIEW share one space of names, so the kind of what is found may be the other.

        What is temporary in the session comes before what is there for all.
        """
        with self.lock:
            for called in (kept_name(name, session), name):
                id_ = self._memory.names.get((account, space(kind), parent, called))
                if id_ is not None:
                    return Thing(self._memory.rows[id_])
            return None

    def every(self, account: int, kind: str, wanted: Wanted | None = None) -> list[Thing]:
        """All of an account whose names are `wanted`, in order of name."""
        with self.lock:
            rows = self._rows(self._memory.of_kind(kind, account))
        return [Thing(row) for row in _sorted(rows, wanted)]

    def children(self, parent: int, *kinds: str, session: str = "", wanted: Wanted | None = None) -> list[Thing]:
        """What a thing contains, in order of name: what is there for all, and what is temporary in the session. Of
        many thousands those alone become things whose names are `wanted`."""
        with self.lock:
            rows = self._rows(self._memory.children(parent, kinds)) if kinds else []
        return [thing for row in _sorted(rows, wanted) if (thing := Thing(row)).session in ("", session)]

    def ids(self, kind: str) -> list[int]:
        """The ids of all things of a kind, in all accounts."""
        with self.lock:
            return list(self._memory.of_kind(kind))

    def accounts(self) -> list[Thing]:
        """Those that were not dropped."""
        return [a for a in self._by_id(self._memory.of_kind("ACCOUNT")) if not a.props.get("dropped")]

    def accounts_called(self, name: str) -> list[Thing]:
        """Those of `accounts` for which this may stand: with their organization, alone, as a locator, as of old."""
        with self.lock:
            if self._memory.called is None:
                self._memory.called = {}
                for account in self.accounts():
                    for one in called(account):
                        self._memory.called.setdefault(one, []).append(account.id)
            return self._by_id(self._memory.called.get(name, ()))

    def mounts(self, share: int) -> list[Thing]:
        """The databases of all accounts that were created from this share."""
        return self._by_id(self._memory.mounts(share))

    def owned_by(self, owner: int) -> list[Thing]:
        return self._by_id(self._memory.owned(owner))

    def pass_on(self, owner: int, heir: int) -> None:
        """Everything that one role owns becomes another's."""
        with self.change():
            for thing in self.owned_by(owner):
                thing.owner = heir
                self.save(thing)

    def remove(self, thing: Thing, along: int | None = None) -> list[Thing]:
        """Removes the thing, what it contains and every privilege on them; returns all that went."""
        gone = [thing]
        with self._write() as journal:
            for child in self._rows(list(self._memory.children(thing.id, ()))):
                gone.extend(self.remove(Thing(child), along or thing.id))
            if self.removing and thing.id in self._memory.rows:
                self.removing(thing, along or thing.id)
            for p in self._memory.privileges_on(thing.id) + self._memory.privileges_to(thing.id):
                self._revoke(p)
            for account in list(self._memory.targets(thing.id)):
                self.remove_share_account(thing.id, account)
            journal.remove(thing.id)
            if thing.id in self._memory.rows:
                self._memory.drop(thing.id)
        return gone

    def _rows(self, ids: Iterable[int]) -> list[Row]:
        rows = self._memory.rows
        return [rows[id_] for id_ in ids]

    def _by_id(self, ids: Iterable[int]) -> list[Thing]:
        with self.lock:
            return [Thing(row) for row in self._rows(sorted(ids))]

    # --- privileges
    def grant(self, on: int, privilege: str, to: int, *, by: int | None, grantable: bool = False) -> None:
        """Granting again changes nothing, but may add the grant option."""
        with self._write() as journal:
            old = self._memory.privilege(on, privilege, to)
            if old is not None and (old.grantable or not grantable):
                return
            given = old._replace(grantable=True) if old else Privilege(on, privilege, to, grantable, by, self._now())
            journal.grant(given)
            self._memory.grant(given)

    def revoke(self, on: int, privilege: str, to: int) -> None:
        with self.change():
            held = self._memory.privilege(on, privilege, to)
            if held is not None:
                self._revoke(held)

    def _revoke(self, held: Privilege) -> None:
        with self._write() as journal:
            if self._memory.privilege(held.on, held.privilege, held.to) is not None:
                if self.revoking:
                    self.revoking(held)
                journal.revoke(held)
                self._memory.revoke(held)

    def drop_grantable(self, on: int, privilege: str, to: int) -> None:
        with self._write() as journal:
            held = self._memory.privilege(on, privilege, to)
            if held is not None and held.grantable:
                journal.grant(held._replace(grantable=False))
                self._memory.grant(held._replace(grantable=False))

    def privileges_on(self, on: int) -> list[Privilege]:
        with self.lock:
            return self._memory.privileges_on(on)

    def privileges_to(self, to: int) -> list[Privilege]:
        with self.lock:
            return self._memory.privileges_to(to)

    def holds(self, on: int, privilege: str, to: int) -> bool:
        with self.lock:
            return self._memory.privilege(on, privilege, to) is not None

    def holds_any(self, on: int, to: frozenset[int]) -> bool:
        """Whether one of these holds any privilege on the thing."""
        with self.lock:
            return not self._memory.holders(on).keys().isdisjoint(to)

    def one_holds(self, on: int, privilege: str, to: Iterable[int], grantable: bool = False) -> bool:
        """Whether one of these holds the privilege on the thing, and may pass it on if that is asked for."""
        with self.lock:
            holders = self._memory.holders(on)
            held = (holders[one].get(privilege) for one in to if one in holders)
            return any(p is not None and (p.grantable or not grantable) for p in held)

    def roles_of(self, to: int) -> list[int]:
        """Ids of the roles and database roles granted to this role, user or share, directly."""
        with self.lock:
            return self._memory.roles(to)

    def remembered(self, key: tuple[object, ...], work_out: Callable[[], frozenset[int]]) -> frozenset[int]:
        """What was worked out under this key from who has which role; worked out again after that has changed."""
        with self.lock:
            found = self._memory.closures.get(key)
            if found is None:
                found = self._memory.closures[key] = work_out()
            return found

    # --- accounts of shares
    def share_accounts(self, share: int) -> list[int]:
        """Ids of the accounts that were added, in the order in which they were."""
        with self.lock:
            known = self._memory.targets(share)
            return sorted(known, key=known.__getitem__)

    def shares_with(self, account: int) -> list[int]:
        with self.lock:
            return self._memory.inbound(account)

    def add_share_account(self, share: int, account: int) -> None:
        with self._write() as journal:
            if account not in self._memory.targets(share):
                added = self._now()
                journal.target(share, account, added)
                self._memory.target(share, account, added)

    def remove_share_account(self, share: int, account: int) -> None:
        with self._write() as journal:
            if account in self._memory.targets(share):
                journal.untarget(share, account)
                self._memory.untarget(share, account)
