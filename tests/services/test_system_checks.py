"""System checks: what an operator should mend, found before a customer meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import connection
from pytest_django import Settings

from shares.models import Dataset, DatasetObject
from shares.services.publishing import NotPublished, publish
from tests.services.rows import Scene, view

pytestmark = pytest.mark.django_db


def found(*, prefix: str = "shares.") -> list[CheckMessage]:
    return [message for message in run_checks(databases=["default"]) if str(message.id).startswith(prefix)]


def ids() -> list[str]:
    """The ids without the one about connections.toml, which has tests of its own."""
    return [str(message.id) for message in found() if message.id != "shares.W007"]


def connections(settings: Settings, folder: Path, text: str) -> None:
    settings.SNOWFLAKE_CONNECTIONS_FILE = folder / "connections.toml"
    settings.SNOWFLAKE_CONNECTIONS_FILE.write_text(text)


def function(dataset: Dataset, body: str) -> None:
    DatasetObject.objects.create(dataset=dataset, kind="function", shared_name="F", returns="NUMBER", body=body)


def test_a_sound_catalog_has_nothing_to_mend() -> None:
    scene = Scene()
    function(scene.flights, "SELECT COUNT(*) FROM {{FLIGHTS}}")
    assert ids() == []


def test_w001_nobody_to_decide() -> None:
    Scene().flights.approvers.clear()
    assert ids() == ["shares.W001"]


def test_w001_only_people_who_left() -> None:
    scene = Scene()
    scene.dan.is_active = False
    scene.dan.save()
    assert ids() == ["shares.W001", "shares.W001"]


def test_w002_nothing_to_share() -> None:
    Scene().flights.dataset_objects.all().delete()
    assert ids() == ["shares.W002"]


def test_w003_nowhere_to_share_from() -> None:
    Scene().flights.provider_accounts.clear()
    assert ids() == ["shares.W003"]


def test_w004_an_object_without_columns() -> None:
    Scene().flights.dataset_objects.get().columns.all().delete()
    assert ids() == ["shares.W004"]


def test_w005_the_tenant_column_is_not_listed() -> None:
    Scene().flights.dataset_objects.get().columns.filter(name="CARRIER").delete()
    assert ids() == ["shares.W005"]


def test_w006_a_function_reads_what_is_not_there() -> None:
    scene = Scene()
    function(scene.flights, "SELECT COUNT(*) FROM {{FLEET}}")
    (message,) = (message for message in found() if message.id == "shares.W006")
    assert "reads FLEET" in message.msg


@pytest.mark.parametrize("read", ["LAKE.NYC.FLIGHTS", "FLIGHTS", "{{FLIGHTS}} f, LAKE.NYC.AIRPORTS"])
def test_w012_a_function_reads_past_the_views(read: str) -> None:
    scene = Scene()
    function(scene.flights, f"SELECT COUNT(*) FROM {read}")
    (message,) = (message for message in found() if message.id == "shares.W012")
    assert f"reads {read.rpartition(' ')[2]} past the views" in message.msg
    with pytest.raises(NotPublished, match="past the views"):
        publish(scene.flights, None)


def test_w008_everybodys_rows() -> None:
    scene = Scene()
    view(scene.flights, "OPEN", tenant_column="")
    assert ids() == ["shares.W008"]


def test_w009_the_freshness_column_is_not_listed() -> None:
    scene = Scene()
    scene.flights.dataset_objects.update(freshness_column="SEEN_AT")
    assert ids() == ["shares.W009"]


def test_a_draft_may_be_unfinished() -> None:
    scene = Scene()
    Dataset.objects.filter(pk=scene.flights.pk).update(is_published=False)
    scene.flights.dataset_objects.all().delete()
    assert ids() == []


def test_w007_a_section_that_is_missing_is_named(settings: Settings, tmp_path: Path) -> None:
    Scene()
    connections(settings, tmp_path, '[other]\naccount = "a"\nuser = "u"\npassword = "p"\n')
    (message,) = found(prefix="shares.W007")
    assert "has no section [data]. It has: other." in message.msg


def test_w007_a_usable_section_is_quiet(settings: Settings, tmp_path: Path) -> None:
    Scene()
    connections(settings, tmp_path, '[data]\naccount = "a"\nuser = "u"\npassword = "p"\n')
    assert found(prefix="shares.W007") == []


def test_w007_an_account_that_is_off_needs_no_connection(settings: Settings, tmp_path: Path) -> None:
    scene = Scene()
    scene.east.is_active = False
    scene.east.save()
    assert found(prefix="shares.W007") == []


def test_without_a_database_to_check_nothing_is_read() -> None:
    Scene().flights.approvers.clear()
    assert [message for message in run_checks() if str(message.id).startswith("shares.")] == []


def test_before_the_first_migration_there_is_nothing_to_check() -> None:
    Scene().flights.approvers.clear()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shares_dataset RENAME TO shares_dataset_away")
    try:
        assert "shares.W001" not in [message.id for message in found()]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE shares_dataset_away RENAME TO shares_dataset")
