"""What the catalog is made of: named things, privileges, and how both look in the file."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

# A table and a view of one schema may not have the same name.
_SPACES = {"TABLE": "RELATION", "VIEW": "RELATION"}
_OF_SESSION = "\x1f"


def space(kind: str) -> str:
    """The space of names that things of this kind share."""
    return _SPACES.get(kind, kind)


def kept_name(name: str, session: str = "") -> str:
    """A temporary thing is kept under its name and its session's id: it may bear the name of another."""
    return f"{name}{_OF_SESSION}{session}" if session else name


def plain_name(kept: str) -> str:
    """The name under which a thing was made."""
    return kept.partition(_OF_SESSION)[0]


class Row(NamedTuple):
    """A thing as it is kept: never changed, only replaced, so that nobody can change it behind the store's back."""

    id: int
    account: int
    kind: str
    parent: int
    name: str
    owner: int | None
    comment: str
    created: float
    origin: int | None
    props: str


class Thing:
    """An account, database, schema, table, view, function, share, role, user or warehouse.

    A temporary table has the id of its `session`; for all others that is "".

    `origin` is the share that an imported database comes from; `props` holds what only its kind has. Whoever asks the
    store for a thing gets one of his own: what he does to it is seen by nobody before he saves it.
    """

    __slots__ = (
        *("_props", "_text", "account", "comment", "created", "id", "kind", "name", "origin", "owner", "parent"),
        "session",
    )

    def __init__(self, row: Row) -> None:
        (
            self.id,
            self.account,
            self.kind,
            self.parent,
            name,
            self.owner,
            self.comment,
            self.created,
            self.origin,
            self._text,
        ) = row
        self.name, _, self.session = name.partition(_OF_SESSION)
        self._props: dict[str, Any] | None = None

    @property
    def props(self) -> dict[str, Any]:
        """Read from its text when it is first asked for: most look-ups never do."""
        if self._props is None:
            self._props = json.loads(self._text)
        return self._props

    @props.setter
    def props(self, value: dict[str, Any]) -> None:
        self._props = value

    def row(self) -> Row:
        """As it stands now, to be kept."""
        text = self._text if self._props is None else json.dumps(self._props)
        return Row(
            self.id,
            self.account,
            self.kind,
            self.parent,
            kept_name(self.name, self.session),
            self.owner,
            self.comment,
            self.created,
            self.origin,
            text,
        )

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} {self.name}>"


def called(account: Thing) -> set[str]:
    """Every way to name the account: `ORG.NAME`, `ORG-NAME`, `ORG_NAME`, its name alone, and its locator."""
    props = account.props
    found = {account.name, props["locator"]}
    for name in (props["name"], props.get("old_name")):
        if name:
            found |= {name, *(f"{props['organization']}{between}{name}" for between in ".-_")}
            found.add(f"{props['organization']}-{name.replace('_', '-')}")
    return found


class Privilege(NamedTuple):
    """That `to` (a role, user or share) holds `privilege` on a thing."""

    on: int
    privilege: str
    to: int
    grantable: bool
    by: int | None
    created: float
