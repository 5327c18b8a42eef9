"""The catalog by itself: what is in memory is what is in the file, and nothing is half done."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from sandbox.rights import closure
from sandbox.store import Store, Thing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)


def read(store: Store) -> list[object]:
    """All that can be asked about account 1."""
    things = [t for kind in ("DATABASE", "SCHEMA", "VIEW", "ROLE", "SHARE") for t in store.every(1, kind)]
    privileges = [(store.privileges_on(t.id), store.privileges_to(t.id), store.roles_of(t.id)) for t in things]
    shares = [(store.share_accounts(t.id), [m.id for m in store.mounts(t.id)]) for t in things]
    owned = [[o.id for o in store.owned_by(t.id)] for t in things]
    return [[t.row() for t in things], privileges, shares, owned, store.shares_with(2)]


def filled(store: Store) -> dict[str, Thing]:
    """A database with two views, a role chain, a share with an account and a mount."""
    role, boss = store.add("ROLE", "R", account=1), store.add("ROLE", "BOSS", account=1)
    database = store.add("DATABASE", "D", account=1, owner=role.id)
    schema = store.add("SCHEMA", "S", account=1, parent=database.id, owner=role.id)
    view = store.add("VIEW", "V", account=1, parent=schema.id, owner=role.id, props={"secure": True, "columns": [1]})
    store.add("VIEW", "A", account=1, parent=schema.id, owner=role.id)
    share = store.add("SHARE", "SH", account=1, owner=role.id)
    store.grant(role.id, "USAGE", boss.id, by=None)
    store.grant(view.id, "SELECT", share.id, by=role.id)
    store.grant(database.id, "USAGE", share.id, by=role.id)
    store.add_share_account(share.id, 2)
    store.add("DATABASE", "M", account=2, origin=share.id)
    return {t.name: t for t in (role, boss, database, schema, view, share)}


def test_a_second_opening_finds_the_same(store: Store, path: Path) -> None:
    things = filled(store)
    before = read(store)
    store.close()
    assert read(Store(path)) == before
    assert before[4] == [things["SH"].id]


def test_a_failed_change_leaves_neither_memory_nor_file_changed(store: Store, path: Path) -> None:
    things = filled(store)
    before = read(store)

    def change_everything() -> None:
        with store.change():
            store.remove(things["D"])
            store.remove(things["R"])
            store.revoke(things["R"].id, "USAGE", things["BOSS"].id)
            store.remove_share_account(things["SH"].id, 2)
            store.add_share_account(things["SH"].id, 3)
            things["SH"].comment = "new"
            store.save(things["SH"])
            store.grant(things["SH"].id, "X", things["BOSS"].id, by=None, grantable=True)
            store.remove(things["SH"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_everything()
    assert read(store) == before
    store.close()
    assert read(Store(path)) == before


def test_a_name_that_is_taken_is_refused_and_changes_nothing(store: Store) -> None:
    things = filled(store)
    before = read(store)
    with pytest.raises(sqlite3.IntegrityError):
        store.add("TABLE", "V", account=1, parent=things["S"].id)
    assert read(store) == before


def test_nobody_can_change_a_thing_without_saving_it(store: Store) -> None:
    view = filled(store)["V"]
    taken = store.at(view.id)
    taken.name = "W"
    taken.props["columns"].append(2)
    assert store.at(view.id).name == "V"
    assert store.at(view.id).props == {"secure": True, "columns": [1]}
    store.save(taken)
    taken.props["columns"].append(3)
    assert store.at(view.id).props["columns"] == [1, 2]
    assert store.find(1, "VIEW", "V", view.parent) is None


def test_removing_takes_what_is_inside_and_its_privileges(store: Store) -> None:
    things = filled(store)
    gone = {t.name for t in store.remove(things["D"])}
    assert gone == {"D", "S", "V", "A"}
    assert store.privileges_to(things["SH"].id) == []
    assert [t.name for t in store.owned_by(things["R"].id)] == ["SH"]


def test_ids_are_never_given_twice(store: Store, path: Path) -> None:
    def add_and_fail() -> int:
        with store.change():
            added.append(store.add("ROLE", "X", account=1).id)
            raise ZeroDivisionError

    added: list[int] = []
    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    second = store.add("ROLE", "X", account=1)
    assert second.id > added[0]
    store.remove(second)
    store.close()
    assert Store(path).add("ROLE", "Y", account=1).id > second.id


def test_the_roles_of_a_role_follow_grants_and_their_rollback(store: Store) -> None:
    things = filled(store)
    boss, role = things["BOSS"].id, things["R"].id
    assert closure(store, boss, 1) == {boss, role}

    def revoke_and_fail() -> None:
        with store.change():
            store.revoke(role, "USAGE", boss)
            assert closure(store, boss, 1) == {boss}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        revoke_and_fail()
    assert closure(store, boss, 1) == {boss, role}
    store.remove(things["R"])
    assert closure(store, boss, 1) == {boss}


def test_what_follows_a_change_waits_for_the_outermost_one(store: Store) -> None:
    done: list[str] = []
    with store.change():
        with store.change():
            store.on_commit(lambda: done.append("commit"))
            store.on_rollback(lambda: done.append("rollback"))
        assert done == []
    assert done == ["commit"]


def test_what_a_failed_change_began_is_taken_back(store: Store) -> None:
    done: list[str] = []

    def fail() -> None:
        with store.change():
            store.on_commit(lambda: done.append("commit"))
            store.on_rollback(lambda: done.append("rollback"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    store.set_meta("k", "v")
    assert done == ["rollback"]


def test_nobody_reads_what_is_not_committed(store: Store) -> None:
    role = store.add("ROLE", "R", account=1)
    begun, seen = threading.Event(), []

    def read_name() -> None:
        begun.wait(10)
        seen.append(store.at(role.id).comment)

    reader = threading.Thread(target=read_name)
    reader.start()
    with store.change():
        for text in ("one", "two"):
            role.comment = text
            store.save(role)
            begun.set()
    reader.join(10)
    assert seen == ["two"]


def test_granting_again_adds_the_grant_option_and_keeps_its_place(store: Store) -> None:
    things = filled(store)
    share = things["SH"].id
    store.grant(things["S"].id, "USAGE", share, by=None)
    store.grant(things["V"].id, "SELECT", share, by=None, grantable=True)
    assert [(p.on, p.grantable) for p in store.privileges_to(share)] == [
        (things["V"].id, True),
        (things["D"].id, False),
        (things["S"].id, False),
    ]
    store.drop_grantable(things["V"].id, "SELECT", share)
    assert not store.one_holds(things["V"].id, "SELECT", [share], grantable=True)
    assert store.one_holds(things["V"].id, "SELECT", [share])
