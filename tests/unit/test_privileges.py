"""What Firn's role must be allowed, what is missing of it, and the script that gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from shares.core.privileges import (
    ON_THE_ACCOUNT,
    Needed,
    Place,
    Privilege,
    excessive,
    later,
    missing,
    needed,
    reference,
)
from shares.snowflake.setup_sql import Wishes, grant, setup

PLACE = Place(sources=frozenset({("LAKE", "NYC", "FLIGHTS"), ("LAKE", "NYC", "AIRPORTS"), ("OTHER", "S", "V")}))
EVERYTHING = [one.privilege for one in needed(PLACE)]


def test_nothing_is_missing_where_everything_is_granted() -> None:
    assert missing(needed(PLACE), EVERYTHING) == []


@pytest.mark.parametrize("one", needed(PLACE), ids=lambda one: f"{one.privilege.privilege} {one.privilege.kind}")
def test_each_is_missed_alone(one: Needed) -> None:
    assert missing(needed(PLACE), [have for have in EVERYTHING if have != one.privilege]) == [one]


@pytest.mark.parametrize(
    ("have", "want", "gives"),
    [
        (Privilege("SELECT", "VIEW", ("A", "B", "C"), True), Privilege("SELECT", "TABLE", ("A", "B", "C"), True), True),
        (Privilege("SELECT", "TABLE", ("A", "B", "C")), Privilege("SELECT", "TABLE", ("A", "B", "C"), True), False),
        (Privilege("OWNERSHIP", "TABLE", ("A", "B", "C")), Privilege("SELECT", "TABLE", ("A", "B", "C"), True), True),
        (Privilege("OWNERSHIP", "DATABASE", ("X",)), Privilege("USAGE", "DATABASE", ("A",), True), False),
        (Privilege("CREATE SHARE", "ACCOUNT", ("SKY",)), Privilege("CREATE SHARE", "ACCOUNT"), True),
        (Privilege("USAGE", "SCHEMA", ("A", "B"), True), Privilege("USAGE", "DATABASE", ("A",), True), False),
        (Privilege("USAGE", "WAREHOUSE", ("W",)), Privilege("USAGE", "WAREHOUSE", ("w",)), False),
        (Privilege("SELECT", "FUTURE TABLE", ("A",), True), later("A", "B")[0], True),
        (Privilege("SELECT", "FUTURE TABLE", ("A", "C"), True), later("A", "B")[0], False),
        (Privilege("SELECT", "FUTURE VIEW", ("A", "B"), True), later("A", "B")[0], False),
        (Privilege("SELECT", "TABLE", ("A", "B", "C"), True), later("A", "B")[0], False),
        (Privilege("USAGE", "DATABASE", ("A",), True), Privilege("USAGE", "SCHEMA", ("A", "B"), True), False),
        (Privilege("USAGE", "DATABASE", ("A",), True), reference("A"), False),
        (Privilege("OWNERSHIP", "DATABASE", ("A",)), reference("A"), True),
    ],
)
def test_what_gives_what(have: Privilege, want: Privilege, gives: bool) -> None:
    assert (missing([Needed(want, "")], [have]) == []) is gives


def test_more_than_it_needs_is_named() -> None:
    held = [
        *EVERYTHING,
        Privilege("MANAGE GRANTS", "ACCOUNT", ("SKY",)),
        Privilege("USAGE", "ROLE", ("SYSADMIN",)),
        Privilege("USAGE", "ROLE", ("READERS",)),
        Privilege("USAGE", "ROLE", ("ORGADMIN", "OF_A_DATABASE")),
        Privilege("CREATE ROLE", "DATABASE", ("LAKE",)),
    ]
    assert excessive(held) == ["MANAGE GRANTS", "role SYSADMIN"]
    assert excessive(EVERYTHING) == []


def test_the_documented_script_is_the_one_that_is_printed() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "snowflake-setup.sql").read_text()
    assert documented == setup(Place(), Wishes(), marks=True)


def test_the_script_gives_what_is_needed_and_nothing_beyond() -> None:
    text = setup(Place("R", "U", "W", "OUT"), Wishes((("DB", "my schema"),), "MIIB", ("198.51.100.0/24",), 5))
    assert [line for line in text.splitlines() if "<<" in line] == []
    for one in ON_THE_ACCOUNT:
        assert grant(one.privilege, "R") in text
    assert 'GRANT SELECT ON ALL TABLES IN SCHEMA DB."my schema" TO ROLE R WITH GRANT OPTION;' in text
    for kind in ("TABLES", "VIEWS", "DYNAMIC TABLES", "EXTERNAL TABLES"):
        for when in ("GRANT SELECT ON ALL", "-- GRANT SELECT ON FUTURE"):
            assert f'\n{when} {kind} IN SCHEMA DB."my schema" TO ROLE R WITH GRANT OPTION;' in text
    # They can take from others what these were promised: not without a look.
    assert '\n-- GRANT USAGE ON FUTURE FUNCTIONS IN SCHEMA DB."my schema" TO ROLE R;' in text
    # Last, so that an account that refuses it has all the rest.
    assert text.endswith("GRANT REFERENCE_USAGE ON DATABASE DB TO ROLE R WITH GRANT OPTION;\n")
    assert "ALTER USER U SET RSA_PUBLIC_KEY = 'MIIB';" in text
    assert "ALLOWED_IP_LIST = ('198.51.100.0/24')" in text
    assert "ALTER USER U SET NETWORK_POLICY = FIRN_ONLY;" in text
    assert "CREDIT_QUOTA = 5 " in text
    assert "ALTER WAREHOUSE W SET RESOURCE_MONITOR = FIRN_LIMIT;" in text
    assert "TYPE = SERVICE" in text
    assert not any(word in text for word in ("MANAGE GRANTS", "CREATE OR REPLACE", "DROP ", "PASSWORD"))


def test_a_hostile_name_stays_one_name() -> None:
    text = setup(Place('R"; DROP DATABASE LAKE; --'), Wishes())
    assert 'CREATE ROLE IF NOT EXISTS "R""; DROP DATABASE LAKE; --" COMMENT' in text
    assert 'R"; DROP' not in text.replace('""', "")
