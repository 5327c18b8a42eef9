"""What the judges found, held against what was answered in answers.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Finding:
    """`where` is a path of the repository, or of the portal for the judges that ask it over HTTP."""

    judge: str
    rule: str
    where: str
    what: str = ""


@dataclass(frozen=True)
class Answer:
    """Why that many findings of this rule in this place are no weakness. One more of them is a finding again."""

    judge: str
    rule: str
    where: str
    count: int
    reason: str


def answers(path: Path = HERE / "answers.toml") -> list[Answer]:
    return [Answer(**entry) for entry in tomllib.loads(path.read_text())["answer"]]


def unanswered(found: list[Finding], known: list[Answer]) -> list[Finding]:
    """The findings of each rule and place of which there are more than were answered."""
    most = {(answer.judge, answer.rule, answer.where): answer.count for answer in known}
    there = Counter((one.judge, one.rule, one.where) for one in found)
    return [
        one for one in found if there[one.judge, one.rule, one.where] > most.get((one.judge, one.rule, one.where), 0)
    ]


def outdated(found: list[Finding], known: list[Answer], judge: str) -> list[Answer]:
    """Answers to what this judge does not find any more, or finds less often."""
    there = Counter((one.judge, one.rule, one.where) for one in found)
    return [one for one in known if one.judge == judge and there[one.judge, one.rule, one.where] < one.count]
