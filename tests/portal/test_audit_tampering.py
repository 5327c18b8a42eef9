"""A thousand tamperings with the audit table, by somebody who owns the database but not the key: all found."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from portal.audit import chain
from portal.audit.models import AuditEntry
from tests.portal.test_audit import AWAY, disarm, entries, sql

pytestmark = pytest.mark.django_db
SEED, TIMES, SIZE = 20261125, 1000, 8
TEXTS = ("actor_label", "action", "target_type", "target_id", "target_label", "request_id", "previous_mac", "mac")


class Undone(Exception):
    """Takes one tampering back."""


def flip(luck: random.Random, made: list[AuditEntry]) -> None:
    """One character of one column becomes another one."""
    entry, column = luck.choice(made), luck.choice(TEXTS)
    old = str(getattr(entry, column)) or " "
    at = luck.randrange(len(old))
    new = old[:at] + luck.choice([char for char in "0123456789abcdefXYZ" if char != old[at]]) + old[at + 1 :]
    sql(f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s", new, entry.pk)


def reassign(luck: random.Random, made: list[AuditEntry]) -> None:
    """Somebody else did it, it was about another customer, or it came from elsewhere."""
    changes: list[tuple[str, int | str]] = [
        ("actor_id", 10**6),
        ("organization_id", 10**6),
        ("address", "203.0.113.9"),
        ("data", '{"n": 77}'),
    ]
    column, value = luck.choice(changes)
    sql(f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s", value, luck.choice(made).pk)


def backdate(luck: random.Random, made: list[AuditEntry]) -> None:
    moment = f"20{luck.randrange(10, 26)}-0{luck.randrange(1, 10)}-11 10:00:00.{luck.randrange(10**6):06}"
    sql("UPDATE audit_auditentry SET at = %s WHERE id = %s", moment, luck.choice(made).pk)


def remove(luck: random.Random, made: list[AuditEntry]) -> None:
    """Entries go, and the head may be told a number that fits."""
    for entry in luck.sample(made, luck.randrange(1, len(made))):
        sql(AWAY, entry.pk)
    if luck.random() < 0.5:
        newest = AuditEntry.objects.order_by("id").last()
        assert newest is not None
        sql("UPDATE audit_audithead SET entries = %s, mac = %s", AuditEntry.objects.count(), newest.mac)


def swap(luck: random.Random, made: list[AuditEntry]) -> None:
    """Two entries change places."""
    one, two = luck.sample(made, 2)
    for old, new in ((one.pk, -1), (two.pk, one.pk), (-1, two.pk)):
        sql("UPDATE audit_auditentry SET id = %s WHERE id = %s", new, old)


def insert(luck: random.Random, made: list[AuditEntry]) -> None:
    """An entry that nobody wrote, with everything of another one but its MAC."""
    copied = ", ".join(["at", *TEXTS[:-1], "data", "actor_id", "organization_id", "address"])
    mac = f"{luck.getrandbits(256):064x}"
    sql(
        f"INSERT INTO audit_auditentry ({copied}, mac) SELECT {copied}, %s FROM audit_auditentry WHERE id = %s",
        mac,
        luck.choice(made).pk,
    )


def behead(luck: random.Random, made: list[AuditEntry]) -> None:
    sql(luck.choice(["DELETE FROM audit_audithead", "UPDATE audit_audithead SET entries = entries + 1"]))


TAMPERINGS: list[Callable[[random.Random, list[AuditEntry]], None]] = [
    flip, reassign, backdate, remove, swap, insert, behead,
]  # fmt: skip


def test_a_thousand_random_tamperings_are_all_found() -> None:
    made = entries(SIZE)
    disarm()
    luck, missed = random.Random(SEED), []
    for number in range(TIMES):
        tamper = luck.choice(TAMPERINGS)
        try:
            with transaction.atomic():
                tamper(luck, made)
                if not list(chain.faults()):
                    missed.append((number, tamper.__name__))
                raise Undone
        except Undone:
            connection.check_constraints()
    assert missed == []
    assert list(chain.faults()) == []
