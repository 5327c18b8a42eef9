"""Every page asks the table of permissions, and no code decides by a role of its own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from portal.people.permissions import Act

ROOT = Path(__file__).parents[2]
# What asks the table in the name of a view.
GUARDS = {
    "reader_required",
    "asker_required",
    "may_ask",
    "staff_required",
    "operator_required",
    "provider_may",
    "wants",
}
# Pages for everybody who comes, or about oneself alone.
OPEN = {
    "healthz": "tells a load balancer that it is up",
    "digest_stop": "whoever holds the link of one's own daily mail",
    "tracking": "the mail provider, by its secret",
    "inbound": "the mail provider, by its secret",
    "awaiting": "what somebody reads who belongs to nobody yet",
    "choose_theme": "a cookie of one's own",
    "choose_language": "a cookie of one's own",
    "preferences": "one's own",
    "delete_account": "one's own",
    "invitation": "whoever holds the link and owns the mailbox",
    "sign_in": "a door",
    "choose_customer": "among one's own, by `guards.choose_organization`",
    "help_page": "text",
    "guide": "text",
    "guide_provider": "staff or 404",
    "approval_list": "what one was asked, by `visible.asks`",
    "approval": "what one was asked; `approvals.decide` asks whether one still may",
    "approval_undo": "what one was asked, by `visible.asks`; it only takes one's own answer back",
}
# Where roles are defined, asked of the table, given, or listed to write to somebody.
ABOUT_ROLES = {
    "portal/people/models.py", "portal/people/permissions.py", "portal/people/guards.py", "portal/people/second.py",
    "portal/people/seeing.py", "portal/people/services.py", "portal/people/erasing.py", "portal/people/leaving.py",
    "portal/people/federation.py", "portal/people/admin.py",
    "portal/audit/pseudonyms.py",
}  # fmt: skip
BY_HAND = {"is_staff", "is_superuser", "has_perm", "has_perms", "user_permissions", "staff_role"}


def views() -> Iterator[Callable[..., Any]]:
    """Our own behind the addresses, as they were written, each once."""
    seen: set[Callable[..., Any]] = set()
    for pattern in _patterns(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        if view.__module__.startswith(("portal.", "shares.")) and ".admin" not in view.__module__ and view not in seen:
            seen.add(view)
            yield view


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from _patterns(found)
        else:
            yield found


def asks_the_table(view: Callable[..., Any]) -> bool:
    """Whether the view, its decorators or what it calls in its own module names an act or a guard that asks for one."""
    module = inspect.getmodule(view)
    assert module
    assert module.__file__
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    waiting, seen = [view.__name__], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        names = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(functions[name]) if isinstance(node, ast.Attribute)}
        if names & (GUARDS | {"Act", "may_read"}):
            return True
        waiting += (names & set(functions)) - seen
    return False


def test_every_page_asks_the_table_or_is_open_for_a_reason() -> None:
    silent = {f"{view.__module__}.{view.__name__}" for view in views() if not asks_the_table(view)}
    assert {name.rpartition(".")[2] for name in silent} == set(OPEN), silent


def test_nobody_decides_by_a_role_of_their_own() -> None:
    """Views, forms, services and administration: the table says what a role may, and they ask it."""
    found = set()
    for file in (*ROOT.glob("portal/**/*.py"), *ROOT.glob("shares/**/*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name in ABOUT_ROLES or "migrations" in name:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in BY_HAND:
                found.add(f"{name}:{node.lineno} {node.attr}")
            words = ast.unparse(node) if isinstance(node, ast.Compare) else ""
            # That an organization keeps an owner is no question of who may do what.
            if "Role." in words and "membership.role" not in words and name != "portal/people/admin_forms.py":
                found.add(f"{name} {words}")
    assert not found, sorted(found)


def test_every_act_is_asked_for_somewhere() -> None:
    files = [file for room in ("portal", "shares") for file in ROOT.glob(f"{room}/**/*.py")]
    code = "".join(file.read_text() for file in files if file.name != "permissions.py")
    code += (ROOT / "portal/people/permissions.py").read_text().split("_OF_TABLE", 1)[1]
    assert [act for act in Act if f"Act.{act.name}" not in code] == []
