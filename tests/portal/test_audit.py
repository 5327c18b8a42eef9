"""The audit log: append-only, chained, and every tampering found."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portal.audit import chain
from portal.audit.models import AppendOnlyError, AuditEntry
from portal.audit.record import history, record
from portal.people.models import Organization, User

pytestmark = pytest.mark.django_db


def entries(count: int = 5) -> list[AuditEntry]:
    user = User.objects.create_user("eve@sky.test")
    organization = Organization.objects.create(name="United", slug="united")
    return [
        record("test.done", actor=user, target=organization, organization=organization, data={"n": n, "x": 1e5})
        for n in range(count)
    ]


AWAY = "DELETE FROM audit_auditentry WHERE id = %s"


def sql(text: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def disarm() -> None:
    """What somebody with the database's own rights could do before tampering."""
    if connection.vendor == "postgresql":
        sql("DROP TRIGGER audit_append_only ON audit_auditentry")
    else:
        sql("DROP TRIGGER audit_append_only")
        sql("DROP TRIGGER audit_append_only_delete")


def test_a_whole_chain_has_no_faults() -> None:
    entries()
    assert list(chain.faults()) == []
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert "whole: 5 entries" in out.getvalue()


def test_entries_cannot_be_changed_or_deleted() -> None:
    entry = entries(1)[0]
    for act in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="other"),
        lambda: AuditEntry.objects.bulk_create([AuditEntry()]),
    ):
        with pytest.raises(AppendOnlyError):
            act()
    assert AuditEntry.objects.get().action == "test.done"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET action = 'other' WHERE id = %s",
        "UPDATE audit_auditentry SET actor_label = 'somebody' WHERE id = %s",
        "UPDATE audit_auditentry SET data = '{}' WHERE id = %s",
        "UPDATE audit_auditentry SET at = '2020-01-01 00:00:00' WHERE id = %s",
        "DELETE FROM audit_auditentry WHERE id = %s",
    ],
)
@pytest.mark.parametrize("position", [0, 2, 4])
def test_every_tampering_is_found(statement: str, position: int) -> None:
    made = entries()
    disarm()
    sql(statement, made[position].pk)
    assert list(chain.faults())
    with pytest.raises(CommandError, match="not whole"):
        call_command("audit", "verify", stderr=StringIO())


def test_the_database_itself_refuses_changes() -> None:
    entry = entries(1)[0]
    for statement in ("UPDATE audit_auditentry SET action = 'other' WHERE id = %s", AWAY):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement, entry.pk)
    assert AuditEntry.objects.get().action == "test.done"


def test_a_cut_off_end_is_found_even_with_a_head_set_to_match() -> None:
    made = entries()
    disarm()
    sql("DELETE FROM audit_auditentry WHERE id >= %s", made[3].pk)
    sql("UPDATE audit_audithead SET entries = 3, mac = %s", made[2].mac)
    assert "the head's seal does not match: it was changed by hand" in list(chain.faults())


def test_history_is_of_one_object_newest_first() -> None:
    made = entries(3)
    other = Organization.objects.create(name="Delta", slug="delta")
    record("test.other", target=other)
    united = Organization.objects.get(slug="united")
    assert [entry.pk for entry in history(united)] == [entry.pk for entry in reversed(made)]


@pytest.mark.django_db(transaction=True)
def test_the_chain_stays_linear_when_many_write_at_once() -> None:
    def write() -> None:
        try:
            for _ in range(10):
                record("test.parallel")
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEntry.objects.count() == 40
    assert list(chain.faults()) == []
