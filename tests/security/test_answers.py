"""What the judges are held against. The judges themselves run in script/judge-security, not here."""

from __future__ import annotations

import ast
from urllib.parse import quote
from urllib.request import urlopen

from tests.security.findings import ROOT, Answer, Finding, answers, outdated, unanswered
from tests.security.weak_site import weak_site

WEAK = {"md5", "sha1", "get_random_string"}
# Spreads retries and audits over time.
MAY_BE_GUESSED = {"shares/services/outcomes.py"}


def test_every_answer_has_a_reason_and_its_file() -> None:
    known = answers()
    assert known
    assert [one for one in known if len(one.reason) < 20] == []
    in_code = [one for one in known if one.judge in ("bandit", "semgrep")]
    assert [one.where for one in in_code if not (ROOT / one.where).is_file()] == []
    assert len({(one.judge, one.rule, one.where) for one in known}) == len(known)


def test_one_more_than_was_answered_is_a_finding_again() -> None:
    known = [Answer("bandit", "B608", "shares/x.py", 1, "Quoted.")]
    one = Finding("bandit", "B608", "shares/x.py")
    other = Finding("bandit", "B608", "shares/y.py")
    assert unanswered([one], known) == []
    assert unanswered([one, one, other], known) == [one, one, other]
    assert outdated([other], known, "bandit") == known
    assert outdated([one], known, "bandit") == []


def test_what_the_judges_must_find_is_really_weak() -> None:
    with weak_site() as address:
        everybody = urlopen(
            f"{address}/find?name={quote(chr(39) + ' OR ' + chr(39) * 2 + '=' + chr(39))}", timeout=5
        ).read()
        said = urlopen(f"{address}/say?name={quote('<script>alert(1)</script>')}", timeout=5).read()
    assert b"<p>Ada</p><p>Cy</p>" in everybody
    assert b"<script>alert(1)</script>" in said


def test_nothing_weak_makes_codes_or_digests() -> None:
    found = []
    for path in [*(ROOT / "portal").rglob("*.py"), *(ROOT / "shares").rglob("*.py")]:
        where = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = node.module if isinstance(node, ast.ImportFrom) else None
            guessed = "random" in names or module == "random"
            weak = {*names, getattr(node, "attr", "")} & WEAK
            if weak or (guessed and where not in MAY_BE_GUESSED):
                found.append(f"{where}:{getattr(node, 'lineno', 0)}")
    assert found == []
