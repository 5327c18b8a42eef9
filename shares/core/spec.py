"""What a share should be (the spec) and what is there (the observation), as plain values."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from shares.core.names import canonical_type


class Phase(StrEnum):
    """What should become of a share."""

    LIVE = "live"  # objects granted, account added
    SUSPENDED = "suspended"  # objects taken out, account stays: reversible, the consumer's database survives
    GONE = "gone"  # account removed, share and objects dropped: final


@dataclass(frozen=True)
class AccountRef:
    """A consumer account as ALTER SHARE takes it; a locator means something only inside one region."""

    organization: str = ""
    account: str = ""
    locator: str = ""

    @property
    def key(self) -> str:
        """How SHOW SHARES prints it: ORG.ACCOUNT, or the locator when that is all we know."""
        return f"{self.organization}.{self.account}" if self.organization else self.locator

    @property
    def names(self) -> frozenset[str]:
        """Every way in which Snowflake may print it. A share reaches one region only, so its locator is enough."""
        return frozenset(name for name in (self.key, self.locator) if name)


@dataclass(frozen=True)
class ViewSpec:
    """One secure view. `tenant_keys` filter `tenant_column`; reference data has neither.

    `masked` are the columns, with their types, that hold NULL in each row instead of what they tell about persons.
    """

    name: str
    source: tuple[str, str, str]
    columns: tuple[str, ...]
    definition: str
    dataset: str = ""
    tenant_column: str = ""
    tenant_keys: tuple[str, ...] = ()
    freshness_column: str = ""
    exposed: bool = True
    masked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FunctionSpec:
    """One secure SQL function. `signature` has the argument types only, as GRANT wants and SHOW prints them."""

    name: str
    arguments: tuple[tuple[str, str], ...]
    returns: str
    definition: str
    reads: tuple[str, ...] = ()
    dataset: str = ""
    exposed: bool = True

    @property
    def signature(self) -> str:
        return "(" + ", ".join(canonical_type(kind) for _, kind in self.arguments) + ")"


@dataclass(frozen=True)
class Granted:
    """One row of SHOW GRANTS TO SHARE. `path` is the object's qualified name; a function's ends in its signature."""

    privilege: str
    kind: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Adopted:
    """What a person confirmed of a share that was there before Firn.

    `found` is the print of what they saw (shares.core.prints), which counts while the share is `fresh`: not yet as it
    should be. `kept` are grants of others' objects that may stay until ours stand in for them, and the ones in
    `overlap` beyond that.
    """

    found: str
    fresh: bool = False
    kept: tuple[Granted, ...] = ()
    overlap: tuple[Granted, ...] = ()


@dataclass(frozen=True)
class ShareSpec:
    """One physical share as it should be.

    `mark` is the COMMENT on everything that Firn makes for it. `may_add` is False until the account is
    proved to be the customer's: then everything is built, and nobody is let in.
    """

    share: str
    database: str
    schema: str
    mark: str
    phase: Phase
    views: tuple[ViewSpec, ...] = ()
    functions: tuple[FunctionSpec, ...] = ()
    accounts: tuple[AccountRef, ...] = ()
    may_add: bool = False
    adopted: Adopted | None = None

    @property
    def objects(self) -> tuple[ViewSpec | FunctionSpec, ...]:
        """Views before the functions that read them."""
        return (*self.views, *self.functions)


@dataclass(frozen=True)
class ObservedView:
    """`created` is when this very object was made, in UTC; two views that differ in nothing else are alike."""

    name: str
    definition: str
    secure: bool
    comment: str
    created: str = field(default="", compare=False)


@dataclass(frozen=True)
class ObservedFunction:
    """`signature` has the argument types, "(VARCHAR, NUMBER)"."""

    name: str
    signature: str
    definition: str
    secure: bool
    comment: str
    created: str = field(default="", compare=False)


@dataclass(frozen=True)
class ObservedShare:
    comment: str
    database: str
    accounts: tuple[str, ...]
    created: str = field(default="", compare=False)


@dataclass(frozen=True)
class Observed:
    """What Snowflake shows of one share. `mounted_by` are the accounts with a database made from it.

    `tables` are the tables in the schema. Firn makes none: they are looked for only before the schema is dropped.
    `database_comment` says which portal the outbound database belongs to (shares.core.claims).
    """

    database_exists: bool = False
    schema_comment: str | None = None
    views: tuple[ObservedView, ...] = ()
    functions: tuple[ObservedFunction, ...] = ()
    share: ObservedShare | None = None
    grants: frozenset[Granted] = frozenset()
    mounted_by: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    database_comment: str = field(default="", compare=False)


NOTHING = Observed(database_exists=True)


# What white space is part of: strings, quoted names, $$ texts and comments.
_VERBATIM = re.compile(
    r"""
    '(?:[^'\\]|\\.|'')*' | "(?:[^"]|"")*" | \$\$.*?\$\$ | (?:--|//)[^\n]*(?:\n|\Z) | /\*.*?\*/
    """,
    re.DOTALL | re.VERBOSE,
)


def same_text(one: str, other: str) -> bool:
    """Whether two SQL texts differ in white space or a closing semicolon at most.

    White space inside a string counts: `'A  B'` and `'A B'` are two tenants.
    """
    return _pieces(one) == _pieces(other)


def print_of(text: str) -> str:
    """SHA-256 in hex of an SQL text, the same for all that are the same_text."""
    return hashlib.sha256("\0".join(_pieces(text)).encode()).hexdigest()


def _pieces(text: str) -> list[str]:
    pieces, start = [], 0
    text = text.rstrip("; \r\n\t")
    for found in _VERBATIM.finditer(text):
        pieces += [*text[start : found.start()].split(), found.group()]
        start = found.end()
    return pieces + text[start:].split()


def object_grant(spec: ShareSpec, item: ViewSpec | FunctionSpec) -> Granted:
    """The grant that makes `item` visible through the share."""
    if isinstance(item, ViewSpec):
        return Granted("SELECT", "VIEW", (spec.database, spec.schema, item.name))
    return Granted("USAGE", "FUNCTION", (spec.database, spec.schema, item.name + item.signature))


def container_grants(spec: ShareSpec) -> tuple[Granted, Granted]:
    """USAGE on the database and on the schema, in the order in which Snowflake wants them."""
    return (
        Granted("USAGE", "DATABASE", (spec.database,)),
        Granted("USAGE", "SCHEMA", (spec.database, spec.schema)),
    )


def reference_grants(spec: ShareSpec) -> tuple[Granted, ...]:
    """REFERENCE_USAGE on every other database that the share's views read."""
    others = sorted({view.source[0] for view in spec.views} - {spec.database})
    return tuple(Granted("REFERENCE_USAGE", "DATABASE", (database,)) for database in others)


def converged(spec: ShareSpec) -> Observed:
    """What Snowflake shows once `spec` is reached: the state between which and a new spec an approver decides."""
    if spec.phase is Phase.GONE or not spec.objects:
        return NOTHING
    granted = {object_grant(spec, item) for item in spec.objects if item.exposed and spec.phase is Phase.LIVE}
    return Observed(
        database_exists=True,
        schema_comment=spec.mark,
        views=tuple(ObservedView(view.name, view.definition, True, spec.mark) for view in spec.views),
        functions=tuple(
            ObservedFunction(item.name, item.signature, item.definition, True, spec.mark) for item in spec.functions
        ),
        share=ObservedShare(spec.mark, spec.database, tuple(ref.key for ref in spec.accounts if spec.may_add)),
        grants=frozenset({*container_grants(spec), *granted}),
    )
