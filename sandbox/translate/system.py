"""SYSTEM$ functions: they are called with text that stands in the statement, and answer a text."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlglot import exp

from sandbox.catalog import find_visible
from sandbox.errors import fail
from sandbox.rights import Eyes, owns, sees
from sandbox.store import Thing
from sandbox.tagging import effective, named
from sandbox.tokens import Tokens
from sandbox.translate.calls import VERSION
from sandbox.translate.ddl import get_ddl


def system_value(name: str, arguments: list[exp.Expr], eyes: Eyes) -> str | None:
    """What the function says; its arguments must be literals."""
    if not all(isinstance(a, exp.Boolean) or (isinstance(a, exp.Literal) and a.is_string) for a in arguments):
        raise fail("unsupported", feature=f"{name} with an expression")
    return SYSTEM[name](eyes, [str(argument.this) for argument in arguments])


def _bootstrap(eyes: Eyes, arguments: list[str]) -> str:
    """What Snowflake's own web page asks first; other tools learn the edition from it. Only `ACCOUNT` is known here."""
    if [a.upper() for a in arguments] != ["ACCOUNT"]:
        raise fail("unsupported", feature=f"SYSTEM$BOOTSTRAP_DATA_REQUEST({', '.join(arguments)})")
    props = eyes.store.at(eyes.session.account).props
    account = {
        "accountName": props["locator"],
        "alias": props["name"],
        "organizationName": props["organization"],
        "serviceLevelName": props["edition"],
    }
    return _json({"serverVersion": VERSION, "accountInfo": account})


def _outbound_share(eyes: Eyes, arguments: list[str]) -> str:
    """`[{"account_name": "ORG.ACCOUNT"}, …]`: all accounts of one share, which SHOW SHARES cuts after three."""
    if len(arguments) != 1:
        raise fail("unsupported", feature="SYSTEM$LIST_OUTBOUND_SHARES_DETAILS without the name of one share")
    tokens = Tokens(arguments[0])
    name = tokens.identifier()
    tokens.end()
    share = eyes.store.find(eyes.account, "SHARE", name)
    if share is None or not _reads_share(eyes, share):
        raise fail("missing", kind="Share", name=name)
    return _json([{"account_name": eyes.store.at(account).name} for account in eyes.store.share_accounts(share.id)])


def _reads_share(eyes: Eyes, share: Thing) -> bool:
    return owns(eyes, share) or eyes.store.at(eyes.session.role).name == "ACCOUNTADMIN"


def _imported_databases(eyes: Eyes, arguments: list[str]) -> str:
    """`[{"name": "D", "origin": "ORG.ACCOUNT.SHARE", …}]`: the databases here that came from a share."""
    if arguments:
        raise fail("function_arguments", name="SYSTEM$SHOW_IMPORTED_DATABASES", types="VARCHAR(16777216)")
    found = []
    for database in eyes.store.every(eyes.account, "DATABASE"):
        share = eyes.store.get(database.origin or 0)
        if share is not None and sees(eyes, database):
            origin = f"{eyes.store.at(share.account).name}.{share.name}"
            found.append({"name": database.name, "origin": origin, "comment": database.comment})
    return _json(found)


def _tag_value(eyes: Eyes, arguments: list[str]) -> str | None:
    """`SYSTEM$GET_TAG('tag', 'object', 'domain')`: the tag's value there, also one taken over from above."""
    if len(arguments) != 3:
        raise fail("function_arguments", name="SYSTEM$GET_TAG", types=", ".join("VARCHAR" for _ in arguments))
    tag = find_visible(eyes, "TAG", Tokens(arguments[0]).qualified(), "SYSTEM$GET_TAG").thing
    found = effective(eyes.store, *named(eyes, arguments[1], arguments[2])).get(tag.id)
    return found.value if found else None


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


SYSTEM: dict[str, Callable[[Eyes, list[str]], str | None]] = {
    "SYSTEM$GET_TAG": _tag_value,
    "GET_DDL": get_ddl,
    "SYSTEM$BOOTSTRAP_DATA_REQUEST": _bootstrap,
    "SYSTEM$LIST_OUTBOUND_SHARES_DETAILS": _outbound_share,
    "SYSTEM$SHOW_IMPORTED_DATABASES": _imported_databases,
    # No bundle of behaviour changes can be turned on or off here, and no client is too old.
    "SYSTEM$SHOW_ACTIVE_BEHAVIOR_CHANGE_BUNDLES": lambda eyes, arguments: "[]",
    "SYSTEM$CLIENT_VERSION_INFO": lambda eyes, arguments: "[]",
}
