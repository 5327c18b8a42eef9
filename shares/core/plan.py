"""The one way from what is there to what should be: plan(desired, observed).

Provisioning, change, expiry, revocation, drift repair and crash recovery are this function with
different inputs. It is pure, and its answer for a healthy share is empty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from shares.core.keeping import Kept, stand_in
from shares.core.problems import problems
from shares.core.said import Said
from shares.core.sound import (
    function_is_sound,
    grants_that_may_stay,
    is_audience,
    may_adopt,
    readers,
    sound_grants,
    staying,
    strangers,
    view_is_sound,
)
from shares.core.spec import (
    Granted,
    Observed,
    Phase,
    ShareSpec,
    ViewSpec,
    container_grants,
    object_grant,
    reference_grants,
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
    MarkShare,
    Plan,
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
    found = problems(desired, observed)
    if desired.phase is Phase.GONE:
        return Plan(_take_back(desired, observed), found)
    steps = _shrink(desired, observed)
    if desired.phase is Phase.LIVE and not found:
        steps += _build(desired, observed) + _expose(desired, observed) + _clean(desired, observed)
    return Plan(steps, found)


def _ours(desired: ShareSpec, observed: Observed) -> bool:
    return observed.schema_comment == desired.mark


def _shrink(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """What must not stay visible: strangers' accounts, objects not approved, objects that are not what was approved."""
    if observed.share is None or observed.share.comment != desired.mark:
        return ()
    extra = sorted(observed.grants - grants_that_may_stay(desired, observed), key=_deepest_first)
    return (
        *(
            Step(
                Stage.SHRINK,
                RemoveAccounts(desired.share, chunk),
                Said("Remove %(names)s, not this customer's", names=", ".join(chunk)),
            )
            for chunk in _chunks(strangers(desired, observed))
        ),
        *(
            Step(
                Stage.SHRINK,
                Revoke(granted, desired.share),
                Said("Take %(name)s out of the share", name=granted.path[-1]),
            )
            for granted in extra
        ),
        *(_narrow(desired, kept) for kept in staying(desired, observed).values() if kept.must_shrink),
    )


def _narrow(desired: ShareSpec, kept: Kept) -> Step:
    """At once and in place: what stays in it can be read all the time, what leaves cannot from this moment on."""
    path = (desired.database, desired.schema, kept.wanted.name)
    keys = ", ".join(kept.fewer.tenant_keys)
    purpose = Said("Leave only rows of %(keys)s in %(name)s", keys=keys, name=kept.wanted.name)
    return Step(Stage.SHRINK, CreateView(path, kept.fewer, desired.mark, True), purpose)


def _deepest_first(granted: Granted) -> tuple[int, str, tuple[str, ...]]:
    return (-len(granted.path), granted.kind, granted.path)


def _build(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    steps: list[Step] = []
    schema = (desired.database, desired.schema)

    def add(action: Action, purpose: Said) -> None:
        steps.append(Step(Stage.BUILD, action, purpose))

    if observed.schema_comment is None:
        add(CreateSchema(schema, desired.mark), Said("Make a place of its own for this share"))
    kept = staying(desired, observed)
    for view in desired.views:
        if view.name in kept:
            steps += _beside(desired, observed, kept[view.name])
        elif not view_is_sound(view, desired, observed):
            there = any(seen.name == view.name for seen in observed.views)
            add(CreateView((*schema, view.name), view, desired.mark, there), _view_purpose(view, there))
    for function in desired.functions:
        if not function_is_sound(function, desired, observed):
            there = any(
                (seen.name, seen.signature) == (function.name, function.signature) for seen in observed.functions
            )
            put_back = Said("Put back the function %(name)s", name=function.name)
            purpose = put_back if there else Said("Build the function %(name)s", name=function.name)
            add(CreateFunction((*schema, function.name), function, desired.mark, there), purpose)
    if may_adopt(desired, observed):
        add(MarkShare(desired.share, desired.mark), Said("Take the share over: from now on Firn looks after it"))
    if observed.share is None:
        add(CreateShare(desired.share, desired.mark), Said("Create the share, still without readers"))
    # Before the grants: a function that is granted anew may read a view that is still to show more.
    steps += [_widen(desired, item) for item in kept.values() if item.must_grow]
    return (*steps, *_grant_steps(desired, observed))


def _beside(desired: ShareSpec, observed: Observed, kept: Kept) -> tuple[Step, ...]:
    """What the view will show, under a name that nobody is granted: the leak test reads it there."""
    name = stand_in(kept.wanted.name)
    if not kept.must_grow or view_is_sound(replace(kept.wanted, name=name), desired, observed):
        return ()
    there = any(seen.name == name for seen in observed.views)
    action = CreateView((desired.database, desired.schema, name), kept.wanted, desired.mark, there)
    purpose = Said("Build what %(name)s will show, for the leak test only", name=kept.wanted.name)
    return (Step(Stage.BUILD, action, purpose),)


def _widen(desired: ShareSpec, kept: Kept) -> Step:
    path = (desired.database, desired.schema, kept.wanted.name)
    keys = ", ".join(kept.wanted.tenant_keys)
    purpose = Said("Let %(name)s show rows of %(keys)s", name=kept.wanted.name, keys=keys)
    return Step(Stage.EXPOSE, CreateView(path, kept.wanted, desired.mark, True), purpose)


def _view_purpose(view: ViewSpec, there: bool) -> Said:
    told = {"name": view.name, "column": view.tenant_column, "keys": ", ".join(view.tenant_keys)}
    if view.tenant_column and there:
        return Said("Put back %(name)s, only rows where %(column)s is %(keys)s", **told)
    if view.tenant_column:
        return Said("Build %(name)s, only rows where %(column)s is %(keys)s", **told)
    if there:
        return Said("Put back %(name)s, the same for every customer", name=view.name)
    return Said("Build %(name)s, the same for every customer", name=view.name)


def _grant_steps(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Containers, then objects. Once somebody can read the share each exposes rows, and so waits for the leak test."""
    stage = Stage.EXPOSE if readers(observed) else Stage.BUILD
    there = sound_grants(desired, observed) & observed.grants
    grants = [(granted, _opens(granted)) for granted in container_grants(desired) if granted not in observed.grants]
    missing = [
        (object_grant(desired, item), Said("Put %(name)s into the share", name=item.name))
        for item in desired.objects
        if item.exposed and object_grant(desired, item) not in there
    ]
    if missing:
        # SHOW GRANTS does not list REFERENCE_USAGE: it is repeated whenever an object is granted, which is harmless.
        grants += [
            (granted, Said("Let the share's views read %(name)s", name=granted.path[-1]))
            for granted in reference_grants(desired)
        ]
    return tuple(Step(stage, Grant(granted, desired.share), purpose) for granted, purpose in grants + missing)


def _opens(container: Granted) -> Said:
    if container.kind == "DATABASE":
        return Said("Open the database %(name)s to the share", name=container.path[-1])
    return Said("Open the schema %(name)s to the share", name=container.path[-1])


def _expose(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    there = set(readers(observed))
    missing = tuple(ref for ref in desired.accounts if desired.may_add and not ref.names & there)
    return tuple(
        Step(
            Stage.EXPOSE,
            AddAccounts(desired.share, chunk),
            Said("Add the account %(names)s", names=", ".join(ref.key for ref in chunk)),
        )
        for chunk in _chunks(missing)
    )


def _clean(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Drop what an earlier spec needed from a schema of ours. A stranger's object has no mark and stays."""
    schema = (desired.database, desired.schema)
    views = {view.name for view in desired.views}
    functions = {(function.name, function.signature) for function in desired.functions}
    return (
        *(
            Step(
                Stage.CLEAN,
                Drop("FUNCTION", (*schema, seen.name + seen.signature)),
                _drops(seen.name),
            )
            for seen in observed.functions
            if seen.comment == desired.mark and (seen.name, seen.signature) not in functions
        ),
        *(
            Step(Stage.CLEAN, Drop("VIEW", (*schema, seen.name)), _drops(seen.name))
            for seen in observed.views
            if seen.comment == desired.mark and seen.name not in views
        ),
        *(
            Step(
                Stage.CLEAN,
                Drop("VIEW", (*schema, stand_in(name))),
                Said("Drop what was built to test %(name)s", name=name),
            )
            for name, kept in staying(desired, observed).items()
            if kept.must_grow and stand_in(name) not in {seen.name for seen in observed.views}
        ),
    )


def _drops(name: str) -> Said:
    return Said("Drop %(name)s, not shared any more", name=name)


def _take_back(desired: ShareSpec, observed: Observed) -> tuple[Step, ...]:
    """Removal first, cleaning after. A schema with a stranger's object in it stays: dropping it would drop that too."""
    steps: list[Step] = []
    if observed.share and observed.share.comment == desired.mark:
        steps += [
            Step(
                Stage.SHRINK,
                RemoveAccounts(desired.share, chunk),
                Said("Remove the account %(names)s", names=", ".join(chunk)),
            )
            for chunk in _chunks(tuple(name for name in observed.share.accounts if not is_audience(name)))
        ]
        steps.append(Step(Stage.SHRINK, Drop("SHARE", (desired.share,)), Said("Drop the share")))
    if _ours(desired, observed):
        schema = (desired.database, desired.schema)
        emptied = ShareSpec(desired.share, desired.database, desired.schema, desired.mark, Phase.LIVE)
        steps += _clean(emptied, observed)
        comments = {seen.comment for seen in observed.views} | {seen.comment for seen in observed.functions}
        if comments <= {desired.mark} and not observed.tables:
            steps.append(Step(Stage.CLEAN, Drop("SCHEMA", schema), Said("Drop the share's schema")))
    return tuple(steps)


def _chunks(items: tuple[T, ...]) -> list[tuple[T, ...]]:
    size = ACCOUNTS_PER_STATEMENT
    return [items[start : start + size] for start in range(0, len(items), size)]
