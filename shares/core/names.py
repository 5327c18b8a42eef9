"""Snowflake identifiers and literals: the only place where text becomes SQL tokens."""

from __future__ import annotations

import re

MAX_IDENTIFIER = 255

_UNQUOTED = re.compile(r"[A-Z_][A-Z0-9_$]*\Z")
# Half a surrogate pair cannot be encoded, so it cannot be sent.
_UNSENDABLE = re.compile("[\0\ud800-\udfff]")
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*(\([A-Za-z0-9_$\" ,()]*\))?\Z")
_SIGNATURE = re.compile(r"\(([A-Z][A-Z0-9_ ]*(, [A-Z][A-Z0-9_ ]*)*)?\)\Z")


class BadName(ValueError):
    """A name that cannot be a Snowflake identifier."""


def ident(name: str) -> str:
    """`name` as a quoted identifier: `a"b` -> `"a""b"`.

    Quoted always, so that a name means exactly itself. Raises BadName when it is empty, longer than
    255 characters or holds a NUL or half a surrogate pair (docs.snowflake.com/en/sql-reference/identifiers-syntax).
    """
    if not name or len(name) > MAX_IDENTIFIER or _UNSENDABLE.search(name):
        raise BadName(f"Not a Snowflake identifier: {name[:60]!r}")
    return '"' + name.replace('"', '""') + '"'


def derived_name(prefix: str, id_in_hex: str) -> str:
    """How Firn calls what it makes: from an id, never from what somebody typed."""
    return f"{prefix}{id_in_hex[:12].upper()}"


def plain(name: str) -> str:
    """`name` unquoted where Snowflake would read it the same (`LAKE`), quoted otherwise.

    For statements that people read and copy: fewer quotes, the same object.
    """
    return name if _UNQUOTED.match(name) and name not in RESERVED else ident(name)


def path(*parts: str) -> str:
    """A qualified name, `path("LAKE", "NYC", "FLIGHTS")` -> `LAKE.NYC.FLIGHTS`."""
    return ".".join(plain(part) for part in parts)


def literal(value: str) -> str:
    r"""`value` as a string literal. Snowflake literals take backslash escapes, so `\` is doubled first.

    Doubling quotes alone is injectable: `\'` would end the literal
    (docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences).
    """
    if _UNSENDABLE.search(value):
        raise BadName("A text with a NUL character or half a surrogate pair cannot be sent to Snowflake.")
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def type_name(text: str) -> str:
    """A data type as somebody wrote it, `NUMBER(38,0)` or `TABLE (CARRIER VARCHAR)`, once it can be nothing else.

    Types are the one thing that goes into a statement unquoted: no string, comment or second statement fits in.
    """
    if "$$" in text or not _TYPE.match(text):
        raise BadName(f"Not a Snowflake data type: {text[:60]!r}")
    return text


def canonical_type(text: str) -> str:
    """The type as Snowflake prints it in a signature: no size, one name for all that are the same.

    docs.snowflake.com/en/sql-reference/intro-summary-data-types.
    """
    bare = " ".join(text.upper().partition("(")[0].split())
    return _SAME_TYPE.get(bare, bare)


def signature(text: str) -> str:
    """`(VARCHAR, NUMBER)` as it is, once it can be nothing but argument types. Raises BadName."""
    if not _SIGNATURE.match(text):
        raise BadName(f"Not argument types: {text[:60]!r}")
    return text


def unquote(name: str) -> str:
    """The object's name from how Snowflake prints it: quotes taken off, doubled ones made single."""
    if len(name) >= 2 and name[0] == name[-1] == '"':
        return name[1:-1].replace('""', '"')
    return name


def split_path(text: str) -> tuple[str, ...]:
    """The parts of a printed qualified name, quotes taken off: `A."b.c".D` -> `("A", "b.c", "D")`.

    A function's parentheses belong to the last part: `DB.S."F(X NUMBER):NUMBER(38,0)"`.
    """
    parts: list[str] = []
    current = ""
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        if char == "." and not quoted:
            parts.append(unquote(current))
            current = ""
        else:
            current += char
    parts.append(unquote(current))
    return tuple(parts)


# Words that Snowflake refuses as bare column or object names
# (docs.snowflake.com/en/sql-reference/reserved-keywords). Quoting one too many is harmless.
RESERVED = frozenset(
    """
    ACCOUNT ALL ALTER AND ANY AS BETWEEN BY CASE CAST CHECK COLUMN CONNECT CONNECTION CONSTRAINT CREATE CROSS
    CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE DELETE DISTINCT DROP ELSE EXISTS
    FALSE FOLLOWING FOR FROM FULL GRANT GROUP GSCLUSTER HAVING ILIKE IN INCREMENT INNER INSERT INTERSECT INTO IS
    ISSUE JOIN LATERAL LEFT LIKE LOCALTIME LOCALTIMESTAMP MINUS NATURAL NOT NULL OF ON OR ORDER ORGANIZATION
    QUALIFY REGEXP REVOKE RIGHT RLIKE ROW ROWS SAMPLE SCHEMA SELECT SET SOME START TABLE TABLESAMPLE THEN TO
    TRIGGER TRUE TRY_CAST UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHENEVER WHERE WITH
    """.split()  # noqa: SIM905 - a list of forty strings reads worse
)

_SAME_TYPE = {
    **dict.fromkeys(
        ("DECIMAL", "DEC", "NUMERIC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"), "NUMBER"
    ),
    **dict.fromkeys(("DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT4", "FLOAT8"), "FLOAT"),
    **dict.fromkeys(
        ("STRING", "TEXT", "CHAR", "CHARACTER", "NCHAR", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING"),
        "VARCHAR",
    ),
    "VARBINARY": "BINARY",
    **dict.fromkeys(("DATETIME", "TIMESTAMP", "TIMESTAMPNTZ", "TIMESTAMP WITHOUT TIME ZONE"), "TIMESTAMP_NTZ"),
    **dict.fromkeys(("TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE"), "TIMESTAMP_LTZ"),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), "TIMESTAMP_TZ"),
}
