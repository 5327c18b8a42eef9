"""No page and no form says anything that the catalogs of translations do not take."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from portal.catalogs import KEYWORDS, ROOT

# Read by those who run the portal alone: the Django admin and the style guide. And one that is all attributes.
LEFT_OUT = ("templates/admin/", "templates/pages/styleguide", "templates/allauth/elements/field_attr")
# What is written down when nobody reads, and told later.
REASONS = (
    *("shares/core/findings.py", "shares/core/plan.py", "shares/core/problems.py"),
    *("shares/core/verdicts.py", "shares/snowflake/errors.py", "shares/move_mails.py"),
    *(f"shares/services/{name}.py" for name in ("bulks", "claims", "grants", "incidents", "looking", "moving")),
    *(f"shares/services/{name}.py" for name in ("naming", "outcomes", "proofs", "reconcile", "retyped")),
    *(f"shares/services/{name}.py" for name in ("run_problems", "sessions", "tags", "unreachable", "viewer")),
    "shares/services/slow_proofs.py",
)
NAMES = {
    "manage.py audit verify --anchors FILE",
    "CSV",
    "MAC",
    "SQL",
    "NULL",
    "Terraform",
    "dbt",
    "Firn",
    "/approvals/",
}
_MARKED = re.compile(r"{#.*?#}|{%\s*(?:comment|blocktrans).*?{%\s*end(?:comment|blocktrans)\w*\s*%}", re.DOTALL)
_QUIET = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
_UNREAD = re.compile(r"{% block (?:style|\w+_class) %}.*?{% endblock.*?%}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{3,}")
_SENTENCE = re.compile(r"[A-Z][a-z’']+,? [a-z“]")


def bare_in_template(text: str) -> list[str]:
    """What stands between the tags of a template without being marked for translation."""
    for pattern in (_MARKED, _QUIET, _UNREAD):
        text = pattern.sub(" ", text)
    lines = re.sub(r"<[^>]*>", "\n", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)).splitlines()
    return [line.strip() for line in lines if _WORD.search(line) and line.strip(" ·.") not in NAMES]


def bare_in_python(source: str) -> Iterator[str]:
    """Sentences that are no argument of a call that the catalogs know, nor a docstring."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and _called(node) in KEYWORDS:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SENTENCE.match(node.value):
            yield node.value
        waiting += ast.iter_child_nodes(node)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _templates() -> list[str]:
    found = [path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt")]
    names = sorted(str(path.relative_to(ROOT)) for path in found)
    return [name for name in names if not name.startswith(LEFT_OUT)]


def _sources() -> list[str]:
    doors = [path for top in ("shares/views", "shares/forms") for path in (ROOT / top).rglob("*.py")]
    return sorted([*(str(path.relative_to(ROOT)) for path in doors), *REASONS])


def test_every_template_is_marked() -> None:
    found = {name: bare_in_template((ROOT / name).read_text()) for name in _templates()}
    assert {name: words for name, words in found.items() if words} == {}


def test_views_forms_and_reasons_are_marked() -> None:
    found = {name: list(bare_in_python((ROOT / name).read_text())) for name in _sources()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>Close it</p>", ["Close it"]),
        ('<p>{% translate "Close it" %} · Firn</p>', []),
        ("{% blocktranslate %}Close it{% endblocktranslate %} now", ["now"]),
        ("{# Close it #}<script>close it</script>", []),
        ("<p>{% if a %}Close{% else %}{{ open }}{% endif %}</p>", ["Close"]),
    ],
)
def test_what_is_bare_in_a_template_is_found(text: str, bare: list[str]) -> None:
    assert bare_in_template(text) == bare


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ('"""Close it now."""\nsay("Close it now.")', ["Close it now."]),
        ('say(_("Close it now."))', []),
        ('say(f"Close it {now}")', ["Close it "]),
        ('name = "close it"', []),
    ],
)
def test_what_is_bare_in_python_is_found(source: str, bare: list[str]) -> None:
    assert list(bare_in_python(source)) == bare
