"""The demo's processes: a taken port, Ctrl-C, a crash, a kill. Nothing is left behind, and it says what happened."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from tests.demo import runs
from tests.demo.conftest import Done

pytestmark = [pytest.mark.nodb, pytest.mark.slow]


def test_a_taken_port_is_said_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = runs.once(tmp_path / "state", "--port", str(port))
    assert result.returncode == 2
    assert f"port {port} cannot be used" in result.stderr
    assert "--port" in result.stderr
    assert not (tmp_path / "state" / "logs").exists()


def test_a_second_demo_on_the_same_directory_is_refused(done: Done) -> None:
    process, _ = runs.start(done.state)
    try:
        result = runs.once(done.state)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert result.returncode == 2
    assert "another demo runs" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_every_process(done: Done, number: signal.Signals) -> None:
    process, said = runs.start(done.state)
    family = runs.family(process.pid)
    for words in ("sandbox", "demo.mailbox", "gunicorn", "manage.py worker", "qcluster"):
        assert runs.one(family, words)
    process.send_signal(number)
    assert process.wait(30) == 0, said.read_text()
    assert runs.alive(family) == []


def test_a_crash_is_said_with_the_end_of_the_log(done: Done) -> None:
    process, said = runs.start(done.state)
    family = runs.family(process.pid)
    runs.signal_to(runs.one(family, "demo.mailbox"), signal.SIGKILL)
    assert process.wait(30) == 1
    assert "mailbox stopped by itself with signal SIGKILL. The last lines of" in said.read_text()
    assert "mailbox: smtp://127.0.0.1" in said.read_text()
    assert runs.alive(family) == []


def test_a_killed_demo_leaves_no_process(done: Done) -> None:
    process, _ = runs.start(done.state)
    family = runs.family(process.pid)
    process.kill()
    process.wait(10)
    runs.until(lambda: not runs.alive(family), 30)
