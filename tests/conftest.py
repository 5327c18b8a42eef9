"""For every test: which need no database of the portal's, and so run once only; and no limits left by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.core.cache import cache
from django.test.utils import teardown_databases
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

from portal.catalogs import compile_catalogs
from tests import databases
from tests.emptying import empty_by_delete
from tests.order import LongestFirst

# These have no database, or start a whole Firn with one of its own.
NO_DATABASE = ("browser", "clients", "demo", "live", "meta", "sandbox", "unit")
HERE = Path(__file__).parent


# How long an example takes says how busy the machine is, not what is wrong.
settings.register_profile("firn", deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pytest_configure() -> None:
    """As script/bootstrap does: a catalog that was renewed since counts at once."""
    compile_catalogs()
    settings.load_profile("firn")
    empty_by_delete()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).parts[0] in NO_DATABASE:
            item.add_marker(pytest.mark.nodb)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    django_db_modify_db_settings: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """In the place of pytest-django's, which runs all migrations for each process."""
    shared = tmp_path_factory.getbasetemp().parent if hasattr(request.config, "workerinput") else None
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock():
        made = databases.set_up(shared, verbosity)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        with session.config.stash[blocking_manager_key].unblock():
            databases.forget()


@pytest.fixture(autouse=True)
def _no_limits_left_by_other_tests() -> None:
    """Limits on sign-in attempts count in the cache, which all tests of a process share."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_language_left_by_other_tests() -> Iterator[None]:
    """A request by somebody who reads Italian leaves its thread in Italian: the next request chooses anew, a test may
    call a service without any."""
    yield
    translation.deactivate()
    timezone.deactivate()
