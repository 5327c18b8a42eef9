"""The judges that read the code: bandit, and semgrep with Firn's own rules."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.security.findings import HERE, ROOT, Finding

CODE = ("portal", "shares", "demo", "manage.py")
PAGES = ("templates", "static")
RULES = HERE / "rules.yml"


def bandit() -> list[Finding]:
    command: list[Path | str] = [ROOT / ".venv-bandit/bin/bandit", "-q", "-f", "json", "-r", *CODE]
    answer = json.loads(_run(command, ROOT, (0, 1)))
    if answer["errors"]:
        raise RuntimeError(f"bandit could not read {answer['errors']}")
    return [
        Finding(
            "bandit", f["test_id"], f["filename"], f"{f['issue_severity']}, line {f['line_number']}: {f['issue_text']}"
        )
        for f in answer["results"]
    ]


def semgrep(root: Path = ROOT, places: tuple[str, ...] = (*CODE, *PAGES)) -> list[Finding]:
    """Raises RuntimeError when a rule or a file could not be read, which would find nothing for another reason."""
    quiet: list[Path | str] = ["--metrics", "off", "--disable-version-check", "-q", "--json"]
    command: list[Path | str] = [
        ROOT / ".venv-semgrep/bin/semgrep",
        "scan",
        "--config",
        RULES,
        "--project-root",
        ".",
        "--no-git-ignore",
    ]
    answer = json.loads(_run([*command, *quiet, *places], root, (0, 1)))
    if answer["errors"]:
        raise RuntimeError(f"semgrep could not read {answer['errors']}")
    return [
        Finding(
            "semgrep",
            f["check_id"].rpartition(".")[2],
            f["path"],
            f"line {f['start']['line']}: {f['extra']['message']}",
        )
        for f in answer["results"]
    ]


def _run(command: list[Path | str], root: Path, expected: tuple[int, ...]) -> str:
    done = subprocess.run([str(part) for part in command], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode not in expected:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")
    return done.stdout
