"""Which of a share's objects are exactly what was approved, and so may stay visible."""

from __future__ import annotations

from collections.abc import Mapping

from shares.core import prints
from shares.core.keeping import Kept, kept_views
from shares.core.spec import (
    FunctionSpec,
    Granted,
    Observed,
    Phase,
    ShareSpec,
    ViewSpec,
    container_grants,
    object_grant,
    reference_grants,
    same_text,
)


def readers(observed: Observed) -> tuple[str, ...]:
    """Whoever is in the share, as SHOW SHARES prints them."""
    return observed.share.accounts if observed.share else ()


def strangers(desired: ShareSpec, observed: Observed) -> tuple[str, ...]:
    """The accounts in the share that are not its customer's."""
    wanted = {name for ref in desired.accounts for name in ref.names}
    return tuple(name for name in readers(observed) if name not in wanted and not is_audience(name))


def audiences(observed: Observed) -> tuple[str, ...]:
    """Whoever a listing lets in: SHOW SHARES prints them in words, such as TARGETED WITHIN ORGANIZATION."""
    return tuple(name for name in readers(observed) if is_audience(name))


def is_audience(name: str) -> bool:
    """Whether an entry of SHOW SHARES' `to` is no account: no account has a space in its name."""
    return " " in name


def unproved_readers(desired: ShareSpec, observed: Observed) -> tuple[str, ...]:
    """The customer's accounts that are in the share although nobody has proved, or answers for, whose they are."""
    if desired.may_add:
        return ()
    there = set(readers(observed))
    return tuple(ref.key for ref in desired.accounts if ref.names & there)


def grants_that_may_stay(desired: ShareSpec, observed: Observed) -> set[Granted]:
    """Containers always: alone they show nothing. Objects only while they are sound and only the right ones read."""
    ours = {*container_grants(desired), *reference_grants(desired), *sound_grants(desired, observed)}
    return ours | kept_grants(desired, observed)


def kept_grants(desired: ShareSpec, observed: Observed) -> set[Granted]:
    """Of a share that was there before Firn: its own objects, until ours stand in for them, so that its reader never
    loses what is still approved."""
    if desired.adopted is None or desired.phase is not Phase.LIVE or audiences(observed):
        return set()
    exposed = {object_grant(desired, item) for item in desired.objects if item.exposed}
    replaced = bool(exposed) and exposed <= sound_grants(desired, observed) & observed.grants
    return set(desired.adopted.overlap if replaced else desired.adopted.kept)


def may_adopt(desired: ShareSpec, observed: Observed) -> bool:
    """Whether what is there is exactly what a person confirmed, and nobody has marked it yet."""
    adopted = desired.adopted
    return (
        adopted is not None
        and adopted.fresh
        and observed.share is not None
        and observed.share.comment != desired.mark
        and prints.of_found(observed) == adopted.found
    )


def sound_grants(desired: ShareSpec, observed: Observed) -> set[Granted]:
    """Grants of approved objects that are exactly as approved, as are the views that they read; or that come to be so
    without a pause (shares.core.keeping)."""
    if desired.phase is not Phase.LIVE or audiences(observed) or unproved_readers(desired, observed):
        return set()
    sound = {view.name for view in desired.views if view_is_sound(view, desired, observed)}
    sound |= set(staying(desired, observed))
    allowed = {object_grant(desired, view) for view in desired.views if view.exposed and view.name in sound}
    for function in desired.functions:
        if function.exposed and set(function.reads) <= sound and function_is_sound(function, desired, observed):
            allowed.add(object_grant(desired, function))
    return allowed


def staying(desired: ShareSpec, observed: Observed) -> Mapping[str, Kept]:
    """Views whose grant stays while the tenants in them change: only in a place of ours, for somebody who reads."""
    if desired.phase is not Phase.LIVE or audiences(observed) or unproved_readers(desired, observed):
        return {}
    ours = observed.schema_comment == desired.mark
    return kept_views(desired, observed) if ours and readers(observed) else {}


def view_is_sound(view: ViewSpec, desired: ShareSpec, observed: Observed) -> bool:
    """Whether the view is there, secure, marked and word for word as approved."""
    return any(
        seen.name == view.name
        and seen.secure
        and seen.comment == desired.mark
        and same_text(seen.definition, view.definition)
        for seen in observed.views
    )


def function_is_sound(function: FunctionSpec, desired: ShareSpec, observed: Observed) -> bool:
    """Whether the function is there, secure, marked and word for word as approved."""
    return any(
        seen.name == function.name
        and seen.signature == function.signature
        and seen.secure
        and seen.comment == desired.mark
        and same_text(seen.definition, function.definition)
        for seen in observed.functions
    )
