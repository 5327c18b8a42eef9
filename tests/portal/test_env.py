"""Settings from the environment: secrets from files, service URLs, and sentences for what cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env, env_services

Patch = pytest.MonkeyPatch


def test_a_secret_comes_from_the_file_that_is_named(monkeypatch: Patch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    assert env.text("SECRET_KEY") == "from-a-file"


def test_a_secret_given_twice_is_refused(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "one")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "other"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        env.text("SECRET_KEY")


@pytest.mark.parametrize("content", [None, ""])
def test_a_secret_file_that_is_missing_or_empty_is_named(
    monkeypatch: Patch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE names"):
        env.text("SECRET_KEY")


def test_what_is_no_secret_is_not_read_from_a_file(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("FIRN_INSTANCE", raising=False)
    monkeypatch.setenv("FIRN_INSTANCE_FILE", str(tmp_path))
    assert env.text("FIRN_INSTANCE") == "main"


def test_an_empty_value_means_the_default(monkeypatch: Patch) -> None:
    monkeypatch.setenv("FIRN_CHECK_MINUTES", " ")
    assert env.integer("FIRN_CHECK_MINUTES", 1, 1440) == 15


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "CACHE_URL"])
def test_the_error_about_a_secret_does_not_repeat_it(name: str) -> None:
    sentence = str(env.wrong(name, "hunter2://hunter2"))
    assert "hunter2" not in sentence
    assert sentence.startswith(f"{name} is a value that cannot be used. Allowed: ")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://u:p%40ss@db.example:5433/firn",
            {"USER": "u", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"},
        ),
        ("postgresql://u@/firn?host=/run/postgresql", {"USER": "u", "HOST": "/run/postgresql", "PORT": ""}),
        ("postgres://u@db/firn?sslmode=require", {"HOST": "db", "OPTIONS": {"sslmode": "require"}}),
    ],
)
def test_postgres_urls(monkeypatch: Patch, tmp_path: Path, url: str, expected: dict[str, Any]) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    database = env_services.database(tmp_path / "var" / "firn.sqlite3")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["NAME"] == "firn"
    assert {name: database[name] for name in expected} == expected


def test_sqlite_urls_are_relative_to_the_project_or_absolute(monkeypatch: Patch, tmp_path: Path) -> None:
    default = tmp_path / "project" / "var" / "firn.sqlite3"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env_services.database(default)["NAME"] == str(default)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/a.sqlite3")
    assert env_services.database(default)["NAME"] == str(tmp_path / "project" / "data" / "a.sqlite3")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/b.sqlite3")
    assert env_services.database(default)["NAME"] == str(tmp_path / "b.sqlite3")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db/firn",
        "postgres://db/",
        "postgres://db:port/firn",
        "postgres://db/firn?pool=1",
        "sqlite://",
        "sqlite://host/x",
    ],
)
def test_other_database_urls_are_refused(monkeypatch: Patch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env_services.database(tmp_path / "var" / "firn.sqlite3")


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls", "ssl"),
    [
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, False, False),
        ("smtp://u:p@mail.example:587?tls=starttls", "mail.example", 587, True, False),
        ("smtp://mail.example:465", "mail.example", 465, False, True),
        ("smtp://mail.example", "mail.example", 25, False, False),
    ],
)
def test_mail_urls(monkeypatch: Patch, url: str, host: str, port: int, starttls: bool, ssl: bool) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    mail = env_services.email()
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == (host, port)
    assert (mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (starttls, ssl)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "smtp://",
        "smtp://mail.example?tls=maybe",
        "smtp://mail.example?x=1",
        "anymail://postmark",
        "anymail://nobody?api_key=x",
        "anymail://postmark/path?server_token=x",
        "anymail://postmark?SERVER=x",
        "anymail://postmark?server_token=x&api_url=http://api.example/",
    ],
)
def test_other_mail_urls_are_refused(monkeypatch: Patch, url: str) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env_services.email()


def test_a_provider_of_mail_gets_its_options_and_is_told_not_to_track(monkeypatch: Patch) -> None:
    monkeypatch.setenv("EMAIL_URL", "anymail://mailgun?api_key=k%2B1&sender_domain=mg.example.com")
    mail = env_services.email()
    assert (mail["PROVIDER"], mail["EMAIL_HOST"]) == ("mailgun", "")
    assert mail["ANYMAIL"]["MAILGUN_API_KEY"] == "k+1"
    assert mail["ANYMAIL"]["MAILGUN_SENDER_DOMAIN"] == "mg.example.com"
    assert mail["ANYMAIL"]["MAILGUN_SEND_DEFAULTS"] == {"track_clicks": False, "track_opens": False}


def test_the_cache_is_shared_by_all_processes(monkeypatch: Patch) -> None:
    monkeypatch.delenv("CACHE_URL", raising=False)
    assert env_services.caches()["default"]["BACKEND"].endswith("DatabaseCache")
    monkeypatch.setenv("CACHE_URL", "redis://cache.example:6379/1")
    assert env_services.caches()["default"]["BACKEND"].endswith("RedisCache")
    monkeypatch.setenv("CACHE_URL", "memcached://cache.example")
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
        env_services.caches()
