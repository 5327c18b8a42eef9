"""The command line: what stops a start is said in a sentence, with exit 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.serving import ROOT, Server, serving

ACCOUNT = """
[[account]]
organization = "A"
name = "B"
locator = "AB1"
region = "AWS_US_EAST_1"
"""


def start(*options: str) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "sandbox", *options], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    return run.returncode, run.stderr


def world_of(folder: Path, text: str) -> str:
    path = folder / "world.toml"
    path.write_text(text)
    return str(path)


BROKEN = [
    ("", "[[account]]"),
    ("x = ", "not valid TOML"),
    ("[[account]]\nname = 'X'\norganization = 'O'\nlocator = 'L'\n", "region"),
    (ACCOUNT + "color = 'red'", "color"),
    (ACCOUNT.replace("AWS_", "AWS_NO_"), "no region"),
    (ACCOUNT + "[[region]]\nsnowflake_region = 'MOON'\ncloud = 'lunar'", "cloud_region"),
    (ACCOUNT + "[[account.user]]\nname = 'U'\npassword = 'x'\ndefault_secondary_roles = 'SOME'", "secondary"),
    (ACCOUNT + "edition = 'GOLD'", "GOLD"),
    (ACCOUNT + ACCOUNT, "two accounts"),
    (ACCOUNT + "[[account.user]]\nname = 'U'", "password"),
    (ACCOUNT + "[[account.user]]\nname = 'U'\npassword = '${NOT_SET_ANYWHERE}'", "NOT_SET_ANYWHERE"),
    (ACCOUNT + "[[account.user]]\nname = 'U'\nrsa_public_key_file = 'no.pub'", "no.pub"),
    (ACCOUNT + "[[account.user]]\nname = 'U'\npassword = 'x'\nroles = ['GHOST']", "GHOST"),
    (ACCOUNT + "[[account.table]]\ndatabase = 'D'\nschema = 'S'\nname = 'T'\nfile = 'no.csv'", "no.csv"),
    (ACCOUNT + "[[account.table]]\ndatabase = 'D'\nschema = 'S'\nname = 'T'\nfile = 'package:no_such_package/x.csv'",
     "no_such_package"),
    (ACCOUNT + "setup = ['bad.sql']", "statement 2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), BROKEN, ids=[named for _, named in BROKEN])
def test_a_bad_world_is_explained(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "bad.sql").write_text("SELECT 1;\nSELEC 2;\n")
    code, error = start("--world", world_of(tmp_path, text))
    assert code == 2
    assert error.startswith("sandbox: ")
    assert named in error
    assert "Traceback" not in error


def test_a_bad_world_leaves_nothing_that_a_good_one_would_trip_over(tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_text("CREATE DATABASE HALF;\nSELEC 2;\n")
    world = world_of(tmp_path, ACCOUNT + "setup = ['bad.sql']")
    assert start("--world", world, "--data", str(tmp_path / "data"))[0] == 2
    (tmp_path / "bad.sql").write_text("CREATE DATABASE HALF;\n")
    with serving(Path(world), "--data", str(tmp_path / "data")) as server:
        assert server.get("/sandbox/health")


def test_a_missing_world_is_explained(tmp_path: Path) -> None:
    code, error = start("--world", str(tmp_path / "none.toml"))
    assert (code, "none.toml" in error) == (2, True)


def test_a_taken_port_is_said(world: Path, server: Server) -> None:
    code, error = start("--world", str(world), "--port", str(server.port))
    assert code == 2
    assert f"port {server.port} is taken" in error


def test_a_port_of_ones_own(world: Path, server: Server) -> None:
    with serving(world) as other:
        assert other.port != server.port


def test_a_data_directory_in_use_is_said(world: Path, tmp_path: Path) -> None:
    with serving(world, "--data", str(tmp_path)):
        code, error = start("--world", str(world), "--data", str(tmp_path))
    assert code == 2
    assert str(tmp_path) in error


def test_only_this_machine_is_listened_to(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
