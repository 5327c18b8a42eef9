"""What Snowflake refuses, with the number, SQLSTATE and text that the sandbox gives for it and the portal goes by."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from shares.core.spec import AccountRef
from tests.live.answers import check, received
from tests.live.place import Place


class Case(NamedTuple):
    """`statement` must be refused as `key` of sandbox/refusals, after `before`. {S} is the name of a new share."""

    key: str
    statement: str
    before: tuple[str, ...] = ()


SHARE = "CREATE SHARE {S} COMMENT = '{mark}'"
WITH_DATABASE = (SHARE, "GRANT USAGE ON DATABASE {out} TO SHARE {S}")
WITH_SCHEMA = (*WITH_DATABASE, "GRANT USAGE ON SCHEMA {out}.COMMON TO SHARE {S}")
CASES = {
    "a share that is not there": Case("missing", "SHOW GRANTS TO SHARE {S}"),
    "a share that is there": Case("exists", SHARE, (SHARE,)),
    "accounts before a database": Case("share_empty", "ALTER SHARE {S} ADD ACCOUNTS = {self}", (SHARE,)),
    "a schema before its database": Case("share_empty", "GRANT USAGE ON SCHEMA {out}.COMMON TO SHARE {S}", (SHARE,)),
    "a view before its schema": Case(
        "share_schema", "GRANT SELECT ON VIEW {out}.COMMON.SECURED TO SHARE {S}", WITH_DATABASE
    ),
    "a second database": Case("share_database", "GRANT USAGE ON DATABASE {lake} TO SHARE {S}", WITH_DATABASE),
    "a reference before the database": Case(
        "reference_first", "GRANT REFERENCE_USAGE ON DATABASE {lake} TO SHARE {S}", (SHARE,)
    ),
    "a view that is not secure": Case("not_secure", "GRANT SELECT ON VIEW {plain} TO SHARE {S}", WITH_SCHEMA),
    "a view over another database": Case(
        "share_reference",
        "GRANT SELECT ON VIEW {out}.{S}.FAR TO SHARE {S}",
        (
            *WITH_DATABASE,
            "CREATE SCHEMA {out}.{S} COMMENT = '{mark}'",
            "CREATE SECURE VIEW {out}.{S}.FAR AS SELECT FLIGHT FROM {lake}.NYC.FLIGHTS",
            "GRANT USAGE ON SCHEMA {out}.{S} TO SHARE {S}",
        ),
    ),
    "eleven accounts": Case("too_many_accounts", "ALTER SHARE {S} ADD ACCOUNTS = {eleven}", WITH_DATABASE),
    "oneself": Case("accounts_refused", "ALTER SHARE {S} ADD ACCOUNTS = {self}", WITH_DATABASE),
    "an account that nobody has": Case(
        "accounts_refused", "ALTER SHARE {S} ADD ACCOUNTS = FIRNNOSUCH.ACCOUNT_{unique}", WITH_DATABASE
    ),
    "restrictions with SET": Case(
        "bad_property", "ALTER SHARE {S} SET ACCOUNTS = {self} SHARE_RESTRICTIONS = FALSE", WITH_DATABASE
    ),
    "secure objects only once more": Case(
        "secure_only_stays",
        "ALTER SHARE {S} SET SECURE_OBJECTS_ONLY = TRUE",
        (SHARE, "ALTER SHARE {S} SET SECURE_OBJECTS_ONLY = FALSE"),
    ),
    "a shared database": Case("database_shared", "DROP DATABASE {out}", WITH_DATABASE),
    "a share's owner": Case("object_type", "GRANT OWNERSHIP ON SHARE {S} TO ROLE {role}", (SHARE,)),
    "a function without its types": Case(
        "argument_types_needed", "GRANT USAGE ON FUNCTION {out}.COMMON.F TO SHARE {S}", WITH_SCHEMA
    ),
    "words that are none": Case("syntax", "SELEC 1"),
    "an object that is not there": Case("missing_object", "SELECT * FROM {lake}.NYC.NO_SUCH_THING"),
    "a database that is not there": Case("missing_operation", "SHOW VIEWS IN SCHEMA FIRN_LIVE_NO_SUCH_DATABASE.S"),
    "a column that is not there": Case("identifier", "SELECT NO_SUCH_COLUMN FROM {lake}.NYC.FLIGHTS"),
    "a function that is not there": Case("unknown_function", "SELECT FIRN_LIVE_NO_SUCH_FUNCTION(1)"),
    "a division by zero": Case("division", "SELECT FLIGHT / (FLIGHT - FLIGHT) FROM {lake}.NYC.FLIGHTS"),
}


def words(place: Place) -> dict[str, str]:
    ref = place.provider.ref
    eleven = ", ".join(f"FIRNNOSUCH.ACCOUNT_{n}" for n in range(11))
    return {
        "S": place.name("R"),
        "mark": place.mark,
        "out": place.out,
        "lake": place.lake,
        "plain": place.plain,
        "self": name_of(ref),
        "role": place.provider.role,
        "unique": place.unique,
        "eleven": eleven,
    }


def name_of(ref: AccountRef) -> str:
    return f"{ref.organization}.{ref.account}"


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_is_as_the_sandbox_gives_it(name: str, place: Place) -> None:
    case, said = CASES[name], words(place)
    client = place.provider.client
    for statement in case.before:
        client.run(statement.format(**said))
    statement = case.statement.format(**said)
    try:
        check(case.key, statement, received(client, statement))
    finally:
        client.run(f"DROP SHARE IF EXISTS {said['S']}")
