"""What the client tests sent and how it ended, as the tables of sandbox/STATEMENTS.md.

`python -m tests.sandbox.statements FOLDER` writes the page from what the tests left in FOLDER (`FIRN_STATEMENTS=FOLDER`
while they run); with `--check` it only says whether the page is still true. script/test does both for you.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sandbox.errors import SandboxError
from sandbox.tokens import Token, tokenize

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "sandbox" / "STATEMENTS.md"
FINE = "000000"
# What is told apart in a statement; every other word is somebody's name.
_WORDS = frozenset((Path(__file__).parent / "words.txt").read_text().split())
_QUERIES = {"SELECT", "WITH", "VALUES", "("}
# After these the rest of a statement is a body or a list of values, whose words say nothing about its form.
_ENDS = {"AS", "VALUES", "COMMENT", "WHERE"}


def form(sql: str) -> str:
    """A statement without names and values, such as `GRANT SELECT ON VIEW TO SHARE`; empty when it cannot be read."""
    try:
        tokens = tokenize(sql)
    except SandboxError:
        return ""
    out: list[str] = []
    depth = 0
    for number, token in enumerate(tokens):
        depth += (token.kind == "mark") * ((token.text == "(") - (token.text == ")"))
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if word not in _WORDS or _in_a_name(tokens, number):
            continue
        if out and word in _ENDS and not (word == "COMMENT" and len(out) < 2 and out[0] == "COMMENT"):
            out += [word] if word in ("AS", "VALUES") else []
            break
        out.append(word)
        # What follows are paths of the machine that the tests ran on.
        if out in (["PUT"], ["GET"]):
            break
    return " ".join(out)


def _in_a_name(tokens: list[Token], number: int) -> bool:
    """Whether the word is a part of a dotted name."""
    return any(0 <= n < len(tokens) and tokens[n].text == "." for n in (number - 1, number + 1))


def is_query(sql: str) -> bool:
    tokens: list[Token] = []
    try:
        tokens = tokenize(sql)
    except SandboxError:
        return False
    return bool(tokens) and tokens[0].text.upper() in _QUERIES


def parts_of(sql: str) -> set[str]:
    """The functions that a query calls, as it writes them, and the clauses that it uses."""
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="snowflake") if tree is not None]
    except (SqlglotError, RecursionError):
        return set()
    return set(_calls(tokenize(sql))) | {name for tree in trees for node in tree.walk() for name in _clauses(node)}


def _calls(tokens: list[Token]) -> Iterable[str]:
    """Words before a parenthesis that are neither clauses nor types nor qualified names."""
    for number, token in enumerate(tokens[:-1]):
        word = token.text.upper()
        opens = tokens[number + 1].text == "(" and token.kind == "word"
        if opens and word not in _NO_FUNCTIONS and not _in_a_name(tokens, number):
            yield f"{word}()"


def _clauses(node: exp.Expr) -> Iterable[str]:
    if isinstance(node, exp.Join):
        yield " ".join([*filter(None, [node.method, node.side, node.kind]), "JOIN"]).upper()
    elif type(node) in _CLAUSES:
        yield _CLAUSES[type(node)]


_NO_FUNCTIONS = frozenset(
    """
    ALL AND ANY AS BETWEEN BINARY BY CASE CHAR CUBE DECIMAL DISTINCT ELSE EXCEPT EXCLUDE EXISTS FILTER FLOAT FOR FROM
    GROUP GROUPING HAVING ILIKE IN INTERSECT INTO IS JOIN LATERAL LIKE NOT NUMBER NUMERIC ON OR OVER PIVOT QUALIFY
    RENAME REPLACE ROLLUP SAMPLE SELECT SETS STRING TABLE TEXT THEN TIME TIMESTAMP TIMESTAMP_LTZ TIMESTAMP_NTZ
    TIMESTAMP_TZ UNION UNPIVOT USING VALUES VARCHAR WHEN WHERE WITH WITHIN
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
_CLAUSES: dict[type[exp.Expr], str] = {
    exp.Qualify: "QUALIFY",
    exp.Window: "OVER",
    exp.Pivot: "PIVOT / UNPIVOT",
    exp.With: "WITH",
    exp.Group: "GROUP BY",
    exp.Having: "HAVING",
    exp.Rollup: "ROLLUP",
    exp.Cube: "CUBE",
    exp.GroupingSets: "GROUPING SETS",
    exp.Union: "UNION",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
    exp.Lateral: "LATERAL",
    exp.TableSample: "SAMPLE",
    exp.JSONExtract: "path in a VARIANT",
    exp.Bracket: "element of a VARIANT",
    exp.Cast: "CAST",
    exp.Case: "CASE",
    exp.ILike: "ILIKE",
    exp.Like: "LIKE",
    exp.Interval: "INTERVAL",
    exp.Values: "VALUES",
    exp.Distinct: "DISTINCT",
    exp.Exists: "EXISTS",
}


_FUNCTION = re.compile(r"\bFUNCTION\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\w+\.)*(\w+)\s*\(", re.IGNORECASE)


def created_functions(sql: str) -> list[str]:
    """Functions that a statement makes: calls of them say nothing about the sandbox's own."""
    return [f"{name.upper()}()" for name in _FUNCTION.findall(sql)]


def read(folder: Path) -> list[dict[str, str]]:
    """Log entries that the tests left, from all of their servers."""
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


def page(entries: Iterable[dict[str, str]]) -> str:
    """The page: statement forms and query parts that succeeded, and the codes of those that were refused."""
    entries = list(entries)
    outcomes: dict[str, set[str]] = defaultdict(set)
    parts: set[str] = set()
    own = {name for entry in entries for name in created_functions(entry["sql"])}
    for entry in entries:
        if is_query(entry["sql"]):
            parts |= parts_of(entry["sql"]) if entry["code"] == FINE else set()
            outcomes["SELECT"].add(entry["code"])
        else:
            outcomes[form(entry["sql"])].add(entry["code"])
    outcomes.pop("", None)
    lines = _HEAD.splitlines()
    for name in sorted(outcomes):
        refused = sorted(outcomes[name] - {FINE})
        lines.append(f"| `{name}` | {'yes' if FINE in outcomes[name] else 'no'} | {' '.join(refused)} |")
    lines += [*_QUERY_HEAD.splitlines(), ""]
    lines += [f"* {letter}: {', '.join(f'`{p}`' for p in names)}" for letter, names in _by_letter(parts - own)]
    return "\n".join(lines) + "\n"


def _by_letter(parts: set[str]) -> list[tuple[str, list[str]]]:
    letters: dict[str, list[str]] = defaultdict(list)
    for part in sorted(parts):
        letters[part[0].upper()].append(part)
    return sorted(letters.items())


_HEAD = """# What the sandbox understands

Made from what the client tests send (`script/statements`); `script/test` fails when it is no longer true.
*Carried out*: at least one test saw it succeed. *Refused with*: the codes of those that tests saw refused, for the
reason that each test names.

## Statements

| statement | carried out | refused with |
|---|---|---|"""
_QUERY_HEAD = """
## In queries

Functions and clauses of queries that succeeded."""


def main(arguments: list[str]) -> int:
    """Writes the page, or with --check compares it: 1 when it is stale."""
    check = "--check" in arguments
    (folder,) = [Path(a) for a in arguments if a != "--check"]
    text = page(read(folder))
    if not check:
        PAGE.write_text(text)
        print(f"{PAGE.relative_to(ROOT)} is new")
        return 0
    old, new = (set(without_codes(t)) for t in (PAGE.read_text() if PAGE.exists() else "", text))
    for line in sorted(old ^ new):
        print(f"{'no longer true' if line in old else 'missing'}: {line}", file=sys.stderr)
    if old != new:
        print(f"{PAGE.relative_to(ROOT)} is not what the tests did: run script/statements", file=sys.stderr)
    return int(old != new)


def without_codes(text: str) -> list[str]:
    """The page's lines, of a statement only what it is and whether it is carried out: which of several refusals comes
    first may depend on what other tests left."""
    return [line.rpartition(" | ")[0] if line.startswith("| `") else line for line in text.splitlines()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
