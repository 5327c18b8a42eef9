"""The house's own rules: sizes, escaping, templates, what may be imported where, documented settings."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import engines

from portal import env_table

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "shares", "sandbox", "demo")
LONGEST_FILE = 300


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if name.endswith(endings) and (ROOT / name).exists()]


def sources() -> list[Path]:
    return [
        path
        for path in tracked(".py")
        if path.relative_to(ROOT).parts[0] in PACKAGES and "migrations" not in path.parts
    ]


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "FIRN_DEBUG": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_files_have_one_job() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_loose_ends() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    loose = [path.relative_to(ROOT) for path in sources() if words.search(path.read_text())]
    assert loose == []


# Text of ours that has been through an allow-list; each of these files says how.
MAY_MARK_SAFE = {"portal/pages/templatetags/richtext.py", "portal/pages/templatetags/icons.py"}


def test_user_text_is_never_marked_safe() -> None:
    marks = re.compile(r"\bmark_safe\(|\bSafeString\(")
    found = {str(path.relative_to(ROOT)) for path in sources() if marks.search(path.read_text())}
    assert found <= MAY_MARK_SAFE
    templates = [path for path in tracked(".html", ".txt") if "templates" in path.parts]
    unescaped = re.compile(r"\|\s*safe\b|{%\s*autoescape off")
    html = [
        path.relative_to(ROOT) for path in templates if path.suffix == ".html" and unescaped.search(path.read_text())
    ]
    assert html == []


def test_pages_have_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|hx-on")
    pages = [path for path in tracked(".html") if "templates" in path.parts and "emails" not in path.parts]
    assert pages
    assert [path.relative_to(ROOT) for path in pages if inline.search(path.read_text())] == []


@pytest.mark.parametrize("path", [path for path in tracked(".html", ".txt") if "templates" in path.parts], ids=str)
def test_every_template_compiles(path: Path) -> None:
    name = str(path.relative_to(ROOT / "templates"))
    assert engines["django"].get_template(name)


def test_rows_are_locked_without_their_keys() -> None:
    """Who writes a row that points at a locked one waits for the lock at its commit, with the audit log's head locked;
    and whoever holds the lock waits for the head. A lock that leaves the keys out excludes only its like."""
    calls = re.compile(r"select_for_update\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
    found = [(path.relative_to(ROOT), told) for path in sources() for told in calls.findall(path.read_text())]
    assert len(found) > 30
    assert [path for path, told in found if "no_key=True" not in told] == []


def test_nothing_that_forks_imports_the_connector() -> None:
    """With connector 5 a process that forks after the import hangs for ever."""
    code = """
import os, sys, pkgutil, importlib
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django
django.setup()
import portal.urls, portal.wsgi
import shares
for module in pkgutil.walk_packages(shares.__path__, "shares."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
print("snowflake.connector" in sys.modules, len([name for name in sys.modules if name.startswith("shares.")]) > 50)
"""
    result = python(code)
    assert result.stdout.split() == ["False", "True"], result.stderr


def imports_of(path: Path) -> set[str]:
    """The dotted names that a file imports anywhere in it, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_core_needs_nothing_but_python() -> None:
    files = sorted((ROOT / "shares/core").glob("*.py"))
    assert files
    roots = {
        name.partition(".")[0] for path in files for name in imports_of(path) if not name.startswith("shares.core")
    }
    assert roots <= sys.stdlib_module_names


def test_one_room_only_talks_to_snowflake() -> None:
    users = {
        str(path.parent.relative_to(ROOT))
        for path in sources()
        if any(name.partition(".")[0] == "snowflake" for name in imports_of(path))
    }
    # The demo speaks with the connector where it plays the customer.
    assert users - {"demo"} == {"shares/snowflake"}


PRODUCTION = {
    "FIRN_DEBUG": "false",
    "SECRET_KEY": "q8Jx2Lr5Vn0Zc7Tm4Bk9Wy3Hs6Df1Gp8Ue5Ra2Io7Ql4Xt9Nv6Mb3",
    "PUBLIC_BASE_URL": "https://firn.example.com",
    "ALLOWED_HOSTS": "firn.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "DEFAULT_FROM_EMAIL": "Firn <firn@example.com>",
    "SUPPORT_EMAIL": "support@example.com",
    "EMAIL_URL": "smtp://mail.example.com:587?tls=starttls",
    "FIRN_AUDIT_ANCHOR_TO": "evidence@audit.example.com",
}


def deploy_check(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    connections = tmp_path / "connections.toml"
    connections.write_text("")
    connections.chmod(0o600)
    environment = {
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{tmp_path}/firn.sqlite3",
        "SNOWFLAKE_CONNECTIONS_FILE": str(connections),
        **changes,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deploy_check(tmp_path: Path) -> None:
    result = deploy_check(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("change", "value", "identifier"),
    [
        ("SECRET_KEY", "x" * 60, "firn.E001"),
        ("PUBLIC_BASE_URL", "http://firn.example.com", "firn.E002"),
        ("ALLOWED_HOSTS", "other.example.com", "firn.E005"),
        ("SNOWFLAKE_CONNECTIONS_FILE", "/nowhere/connections.toml", "firn.W006"),
        ("TRUSTED_PROXY_COUNT", "0", "firn.W010"),
        ("EMAIL_URL", "smtp://me:secret@mail.example.com:25?tls=none", "firn.W011"),
        ("EMAIL_URL", "anymail://postmark?message_stream=firn", "firn.E016"),
        ("FIRN_AUDIT_ANCHOR_TO", "", "firn.W013"),
    ],
)
def test_operator_mistakes_have_a_stable_id(tmp_path: Path, change: str, value: str, identifier: str) -> None:
    result = deploy_check(tmp_path, **{change: value})
    assert result.returncode != 0
    assert identifier in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRN_DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://here/there"),
        ("PUBLIC_BASE_URL", "firn.example.com"),
        ("FIRN_CHECK_MINUTES", "soon"),
        ("FIRN_INSTANCE", "Not A Name"),
        ("EMAIL_URL", "mail.example.com"),
        ("EMAIL_URL", "anymail://nobody?api_key=x"),
        ("FIRN_MAIL_HOOK_SECRET", "short"),
        ("FIRN_AUDIT_ANCHOR_URL", "http://hooks.example.com/anchors"),
        ("FIRN_AUDIT_ANCHOR_URL", "https://user:pass@hooks.example.com/"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_its_variable(name: str, value: str) -> None:
    result = python("import portal.settings", **{name: value})
    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]


def test_every_variable_is_documented() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "portal.env_table"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() in (ROOT / "docs/configuration.md").read_text()


def test_every_variable_that_is_read_is_in_the_table() -> None:
    # The same names, read from the source of the settings.
    named = set(re.findall(r'"((?:FIRN_)?[A-Z]+(?:_[A-Z]+)*)"', (ROOT / "portal/settings.py").read_text()))
    known = set(env_table.VARIABLES)
    assert {name for name in named if name.startswith("FIRN_")} <= known
