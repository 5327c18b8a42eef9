"""The judges that ask the running portal: sqlmap for every form, wapiti for every page."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.security.findings import ROOT, Finding
from tests.security.forgetting import HEADER
from tests.security.targets import TOKEN, Target, kind

# ssrf is left out: it needs a server of its makers' in the internet.
MODULES = "sql,xss,permanentxss,redirect,csp,http_headers,cookieflags,file,exec,crlf,csrf"
NOT_INJECTABLE = "all tested parameters do not appear to be injectable"
INJECTABLE = "identified the following injection point"
# An answer of the portal, not a reason to stop.
ANSWERS = "400,401,403,404,405,409,413,422,429"


@dataclass(frozen=True)
class Asked:
    """How it went with one target; `is_done` when every one of its fields was tried to the end."""

    target: Target
    is_done: bool
    found: tuple[Finding, ...]


@dataclass(frozen=True)
class Looked:
    """How many pages wapiti saw, and what of its work it did not bring to an end: `crawl`, or names of modules."""

    pages: int
    cut_short: tuple[str, ...]


def sqlmap(target: Target, cookie: str, seconds: float, level: int = 5, risk: int = 3) -> Asked:
    with tempfile.TemporaryDirectory() as place:
        command = [
            *(ROOT / ".venv-sqlmap/bin/sqlmap", "-u", target.url, "-p", ",".join(target.fields)),
            *("--batch", "--flush-session", "--level", level, "--risk", risk, "--dbms", "SQLite", "--threads", 4),
            *("--time-sec", 2, "--timeout", 30, "--ignore-code", ANSWERS, "--output-dir", place, "--disable-coloring"),
            *(
                "--headers",
                f"{HEADER}: 1",
                "--cookie",
                cookie,
                "--skip-waf",
                "--drop-set-cookie",
                "--answers",
                "follow=N,csrf=N,merge=N",
            ),
        ]
        said, ended = _run([*command, *(("--data", target.data) if target.data else ())], seconds)
    found = [
        Finding("sqlmap", "injection", kind(target.url), line) for line in re.findall(r"^Parameter: .+", said, re.M)
    ]
    if INJECTABLE in said and not found:
        found = [Finding("sqlmap", "injection", kind(target.url), said[-500:])]
    return Asked(target, ended and (NOT_INJECTABLE in said or bool(found)), tuple(found))


def wapiti(portal: str, cookie: str, leaves: tuple[str, ...], seconds: int) -> tuple[Looked, list[Finding]]:
    """Its crawl and each kind of attack may take a quarter of `seconds`. Raises RuntimeError when it saw nothing."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        command = [
            *(ROOT / ".venv-wapiti/bin/wapiti", "-u", f"{portal}/", "--scope", "domain", "-m", MODULES),
            *("-f", "json", "-o", report, "--store-session", place, "--flush-session", "--no-bugreport"),
            *("--max-scan-time", seconds // 4, "--max-attack-time", max(seconds // 4, 5)),
            *("--max-files-per-dir", 60, "--color", "-v", 1),
            # Each form of each page has a token of its own; without these a form would be tried as often as it is met.
            *("-S", "sneaky", "--skip", TOKEN),
            *(("-H", f"Cookie: {cookie}") if cookie else ()),
        ]
        for path in leaves:
            command += ["-x", f"{portal}{path}"]
        said, _ended = _run(command, 4 * seconds + 120)
        if not report.exists():
            raise RuntimeError(f"wapiti wrote no report: {said[-2000:]}")
        answer = json.loads(report.read_text())
    if not answer["infos"]["crawled_pages_nbr"]:
        raise RuntimeError(f"wapiti saw no page: {said[-2000:]}")
    cut = ["crawl" for _ in re.findall("Max scan time was reached", said)]
    cut += re.findall(r"Max attack time was reached for module (\w+)", said)
    return Looked(answer["infos"]["crawled_pages_nbr"], tuple(cut)), [
        Finding("wapiti", rule, kind(one["path"]), f"{one['method']} {one['parameter']}: {one['info']}")
        for rule, ones in {**answer["vulnerabilities"], **answer["anomalies"]}.items()
        for one in ones
    ]


def _run(command: list[object], seconds: float) -> tuple[str, bool]:
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, timeout=seconds, cwd="/"
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode(errors="replace"), False
    return done.stdout + done.stderr, True
