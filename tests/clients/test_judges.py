"""Each judge that was asked for, with each of its own tests as a subtest. `script/test --clients` asks for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.clients.judges import asked, hear, is_installed


@pytest.mark.slow
@pytest.mark.parametrize("judge", asked())
def test_judge(judge: str, tmp_path: Path, subtests: pytest.Subtests) -> None:
    if not is_installed(judge):
        reason = f"THE JUDGE {judge.upper()} IS NOT INSTALLED: NOTHING IS TESTED THROUGH IT (script/clients {judge})"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    run, found = hear(judge, tmp_path)
    for name, failure in found:
        with subtests.test(name):
            assert not failure, failure
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-4000:]
    assert found, "no test was reported"
