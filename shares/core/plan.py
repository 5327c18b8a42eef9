"""The one way from what is there to what should be: plan(desired, observed).

Provisioning, change, expiry, revocation, drift repair and crash recovery are this function with
different inputs. It is pure, and its answer for a healthy share is empty.
"""

from __future__ import annotations

from typing import TypeVar

from shares.core.spec import (
    FunctionSpec,
    Granted,
    Observed,
    Phase,
    ShareSpec,
    ViewSpec,
    container_grants,
    object_grant,
    same_text,
)
from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    Plan,
    Problem,
    RemoveAccounts,
    Revoke,
    Stage,
    Step,
)

T = TypeVar("T")

# ALTER SHARE takes at most ten accounts a statement (error 003517).
ACCOUNTS_PER_STATEMENT = 10


def plan(desired: ShareSpec, observed: Observed) -> Plan:
    """The ordered steps from `observed` to `desired`.

    Taking away comes first, and goes on even where a problem stops the rest. Nothing that lacks our mark is
    altered or dropped; the mark on a schema covers the objects in it whose names Firn derived.
    """
    problems = _problems(desired, observed)
    if desired.phase is Phase.GONE:
        return Plan(_take_back(desired, observed), problems)
    steps = _shrink(desired, observed)
    if desired.phase is Phase.LIVE and not problems:
        steps += _build(desired, observed) + _expose(desired, observed) + _clean(desired, observed)
    return Plan(steps, problems)


def _problems(desired: ShareSpec, observed: Observed) -> tuple[Problem, ...]:
    found = []
    if not observed.database_exists and desired.phase is Phase.LIVE:
        found.append(
            Problem(
                "database-missing",
                f"The database {desired.database} does not exist, or Firn's role may not see it.",
                "Run docs/snowflake-setup.sql in this provider account, then reconcile.",
            )
        )
    if observed.share and observed.share.comment != desired.mark:
        found.append(_not_ours("share", desired.share, observed.share.comment))
    if observed.schema_comment is not None and observed.schema_comment != desired.mark:
        found.append(_not_ours("schema", f"{desired.database}.{desired.schema}", observed.schema_comment))
    if observed.share and observed.share.database not in ("", desired.database):
        found.append(
            Problem(
                "other-database",
                f"The share {desired.share} is bound to the database {observed.share.database}.",
                f"Firn shares from {desired.database} only; find out who changed the share.",
            )
        )
    return tuple(found)


def _not_ours(kind: str, name: str, comment: str) -> Problem:
    return Problem(
        f"{kind}-not-ours",
        f"A {kind} called {name} exists that this Firn did not make (its comment is {comment[:60]!r}).",
        f"Find out whose {kind} it is. Rename or remove it, or put the mark back, then reconcile.",
    )


def _ours(desired: ShareSpec, observed: Observed) -> bool:
    return observed.schema_comment == desired.mark


def _shrink(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """What must not stay visible: strangers' accounts, objects not approved, objects that are not what was approved."""
    if observed.share is None or observed.share.comment != desired.mark:
        return ()
    wanted = {ref.key for ref in desired.accounts}
    strangers = tuple(account for account in observed.share.accounts if account not in wanted)
    allowed = _sound_grants(desired, observed) | set(container_grants(desired))
    extra = sorted(observed.grants - allowed, key=_deepest_first)
    return (
        *(
            Step(Stage.SHRINK, RemoveAccounts(desired.share, chunk), f"Remove {', '.join(chunk)}, not this customer's")
            for chunk in _chunks(strangers)
        ),
        *(
            Step(Stage.SHRINK, Revoke(granted, desired.share), f"Take {granted.path[-1]} out of the share")
            for granted in extra
        ),
    )


def _deepest_first(granted: Granted) -> tuple[int, str, tuple[str, ...]]:
    return (-len(granted.path), granted.kind, granted.path)


def _sound_grants(desired: ShareSpec, observed: Observed) -> set[Granted]:
    """Grants that may stay: of approved objects that are exactly as approved, and of what they read."""
    if desired.phase is not Phase.LIVE:
        return set()
    sound = {view.name for view in desired.views if _view_is_sound(view, desired, observed)}
    allowed = {object_grant(desired, view) for view in desired.views if view.exposed and view.name in sound}
    for function in desired.functions:
        if function.exposed and set(function.reads) <= sound and _function_is_sound(function, desired, observed):
            allowed.add(object_grant(desired, function))
    return allowed


def _view_is_sound(view: ViewSpec, desired: ShareSpec, observed: Observed) -> bool:
    return any(
        seen.name == view.name
        and seen.secure
        and seen.comment == desired.mark
        and same_text(seen.definition, view.definition)
        for seen in observed.views
    )


def _function_is_sound(function: FunctionSpec, desired: ShareSpec, observed: Observed) -> bool:
    return any(
        seen.name == function.name
        and seen.signature == function.signature
        and seen.secure
        and seen.comment == desired.mark
        and same_text(seen.definition, function.definition)
        for seen in observed.functions
    )


def _build(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    steps: list[Step] = []
    schema = (desired.database, desired.schema)

    def add(action: Action, purpose: str) -> None:
        steps.append(Step(Stage.BUILD, action, purpose))

    if observed.schema_comment is None:
        add(CreateSchema(schema, desired.mark), "Make a place of its own for this share")
    for view in desired.views:
        if not _view_is_sound(view, desired, observed):
            replace = any(seen.name == view.name for seen in observed.views)
            add(CreateView((*schema, view.name), view, desired.mark, replace), _view_purpose(view, replace))
    for function in desired.functions:
        if not _function_is_sound(function, desired, observed):
            replace = any(
                (seen.name, seen.signature) == (function.name, function.signature) for seen in observed.functions
            )
            purpose = f"{'Put back' if replace else 'Build'} the function {function.name}"
            add(CreateFunction((*schema, function.name), function, desired.mark, replace), purpose)
    if observed.share is None:
        add(CreateShare(desired.share, desired.mark), "Create the share, still without readers")
    for granted in container_grants(desired):
        if granted not in observed.grants:
            add(Grant(granted, desired.share), f"Open the {granted.kind.lower()} {granted.path[-1]} to the share")
    return (*steps, *_object_grants(desired, observed))


def _view_purpose(view: ViewSpec, replace: bool) -> str:
    verb = "Put back" if replace else "Build"
    if view.tenant_column:
        return f"{verb} {view.name}, only rows where {view.tenant_column} is {', '.join(view.tenant_keys)}"
    return f"{verb} {view.name}, the same for every customer"


def _object_grants(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Grants of objects. Once somebody can read the share they expose rows, and so wait for the leak test."""
    readers = observed.share is not None and bool(observed.share.accounts)
    stage = Stage.EXPOSE if readers else Stage.BUILD
    sound = _sound_grants(desired, observed)
    missing = [
        (item, object_grant(desired, item))
        for item in desired.objects
        if item.exposed and object_grant(desired, item) not in sound & observed.grants
    ]
    if not missing:
        return ()
    # SHOW GRANTS never lists REFERENCE_USAGE, so it is repeated whenever an object is granted; repeating is harmless.
    others = sorted({view.source[0] for view in desired.views} - {desired.database})
    return (
        *(
            Step(
                stage,
                Grant(Granted("REFERENCE_USAGE", "DATABASE", (database,)), desired.share),
                f"Let the share's views read {database}",
            )
            for database in others
        ),
        *(Step(stage, Grant(granted, desired.share), f"Put {item.name} into the share") for item, granted in missing),
    )


def _expose(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    there = set(observed.share.accounts) if observed.share else set()
    missing = tuple(ref for ref in desired.accounts if ref.key not in there)
    if not missing or not desired.may_add:
        return ()
    return tuple(
        Step(Stage.EXPOSE, AddAccounts(desired.share, chunk), f"Add the account {', '.join(r.key for r in chunk)}")
        for chunk in _chunks(missing)
    )


def _clean(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Drop what an earlier spec needed. Its grants went in SHRINK; a stranger's object has no mark and stays."""
    if not _ours(desired, observed):
        return ()
    schema = (desired.database, desired.schema)
    views = {view.name for view in desired.views}
    functions = {(function.name, function.signature) for function in desired.functions}
    return (
        *(
            Step(
                Stage.CLEAN,
                Drop("FUNCTION", (*schema, seen.name + seen.signature)),
                f"Drop {seen.name}, not shared any more",
            )
            for seen in observed.functions
            if seen.comment == desired.mark and (seen.name, seen.signature) not in functions
        ),
        *(
            Step(Stage.CLEAN, Drop("VIEW", (*schema, seen.name)), f"Drop {seen.name}, not shared any more")
            for seen in observed.views
            if seen.comment == desired.mark and seen.name not in views
        ),
    )


def _take_back(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Removal first, cleaning after. A schema with a stranger's object in it is left to a person."""
    steps: list[Step] = []
    if observed.share and observed.share.comment == desired.mark:
        steps += [
            Step(Stage.SHRINK, RemoveAccounts(desired.share, chunk), f"Remove the account {', '.join(chunk)}")
            for chunk in _chunks(observed.share.accounts)
        ]
        steps.append(Step(Stage.SHRINK, Drop("SHARE", (desired.share,)), "Drop the share"))
    if _ours(desired, observed):
        schema = (desired.database, desired.schema)
        emptied = ShareSpec(desired.share, desired.database, desired.schema, desired.mark, Phase.LIVE)
        steps += _clean(emptied, observed)
        comments = {seen.comment for seen in observed.views} | {seen.comment for seen in observed.functions}
        if comments <= {desired.mark}:
            steps.append(Step(Stage.CLEAN, Drop("SCHEMA", schema), "Drop the share's schema"))
    return tuple(steps)


def _chunks(items: tuple[T, ...]) -> list[tuple[T, ...]]:
    size = ACCOUNTS_PER_STATEMENT
    return [items[start : start + size] for start in range(0, len(items), size)]
