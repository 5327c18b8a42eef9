"""Read what Snowflake shows of one share into plain values. Columns by name, names compared exactly."""

from __future__ import annotations

import re
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shares.core.names import canonical_type, split_path
from shares.core.spec import Granted, Observed, ObservedFunction, ObservedShare, ObservedView, Phase, ShareSpec
from shares.snowflake import sql
from shares.snowflake.client import Client, Result
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import Answer, answers_to, run_repeatably, run_together, send, until_answered

DOES_NOT_EXIST = 2003
# SHOW … IN a schema or database that is gone says the second (docs.snowflake.com, "object does not exist").
NOT_THERE = frozenset({DOES_NOT_EXIST, 2043})

# Our views and functions have AS alone on a line; in a stranger's text the whole text is the definition.
_AS = re.compile(r"^AS$", re.MULTILINE)


Asked = dict[str, Future[Answer]]

# What stands in a schema or share, and can be there only where they are; and what needs an account in the share.
CONTENT = ("views", "functions", "grants", "mounts", "tables")
READERS = ("mounts",)
_EMPTY = Result((), "", 0)


def observe(client: Client, spec: ShareSpec, asked: Asked | None = None) -> Observed:
    """Everything the planner compares, in one round of seven statements; one more where there are functions, or where
    something is seen whose content `asked`, which is what `begin` gave, leaves out.

    What is not there yet cannot be asked for its content: such refusals are expected, and only raised where the
    container is seen. None of the statements changes anything. Raises SnowflakeError.
    """
    questions, asked = _questions(spec), asked or begin(client, spec)
    answers = _answers(client, {name: questions[name] for name in asked}, answers_to(list(asked.values())))
    database = _named(_rows(answers["databases"]), spec.database)
    share = _share(_rows(answers["shares"]), spec)
    schema = _named(_rows(answers["schemas"]), spec.schema) if database else None
    open_questions = {name: text for name, text in questions.items() if name not in answers}
    answers |= _rest(client, open_questions, schema is not None, share)
    if database is None:
        return Observed(database_exists=False, share=share, grants=_grants(answers["grants"], ()))
    views = () if schema is None else _views(_rows(answers["views"]))
    return Observed(
        database_exists=True,
        schema_comment=None if schema is None else str(schema.get("comment") or ""),
        views=views,
        functions=() if schema is None else _functions(client, spec, _rows(answers["functions"])),
        share=share,
        grants=_grants(answers["grants"], _paths(spec, views)) if share else frozenset(),
        mounted_by=_mounted_by(_rows(answers["mounts"])) if share and share.accounts else (),
        tables=_tables(_rows(answers["tables"])) if schema and "tables" in answers else (),
        database_comment=str(database.get("comment") or ""),
    )


def _answers(client: Client, questions: dict[str, str], first: list[Answer]) -> dict[str, Answer]:
    return dict(zip(questions, until_answered(client, list(questions.values()), first), strict=True))


def _rest(client: Client, questions: dict[str, str], schema: bool, share: ObservedShare | None) -> dict[str, Answer]:
    """What was left out is asked where it may have an answer, and is empty elsewhere."""
    has_some = {"grants": share is not None, "mounts": bool(share and share.accounts)}
    wanted = {name: text for name, text in questions.items() if has_some.get(name, schema)}
    found = _answers(client, wanted, run_together(client, list(wanted.values())))
    return {name: found.get(name, _EMPTY) for name in questions}


def database_comment(client: Client, name: str) -> str | None:
    """The comment of a database, None where none of that name is seen. Raises SnowflakeError."""
    row = _named(client.run(sql.show_databases(name)).rows, name)
    return None if row is None else str(row.get("comment") or "")


def _questions(spec: ShareSpec) -> dict[str, str]:
    questions = {
        "databases": sql.show_databases(spec.database),
        "schemas": sql.show_schemas(spec.database, spec.schema),
        "views": sql.show_views(spec.database, spec.schema),
        "functions": sql.show_functions(spec.database, spec.schema),
        "shares": sql.show_shares(spec.share),
        "grants": sql.show_grants_to_share(spec.share),
        "mounts": sql.show_grants_of_share(spec.share),
    }
    if spec.phase is Phase.GONE:
        questions["tables"] = sql.show_schema_tables(spec.database, spec.schema)
    return questions


def begin(client: Client, spec: ShareSpec, left_out: Collection[str] = ()) -> Asked:
    """Send what `observe` asks first, and do not wait for the answers. What is `left_out` because it should be empty is
    asked by `observe` where it may not be."""
    questions = {name: text for name, text in _questions(spec).items() if name not in left_out}
    return dict(zip(questions, send(client, list(questions.values())), strict=True))


def _rows(answer: Answer) -> tuple[dict[str, Any], ...]:
    if isinstance(answer, SnowflakeError):
        raise answer
    return answer.rows


def if_there(client: Client, text: str) -> tuple[dict[str, Any], ...]:
    """The rows, none where what is asked for does not exist. Raises any other SnowflakeError."""
    try:
        return client.run(text).rows
    except SnowflakeError as error:
        if error.code in NOT_THERE:
            return ()
        raise


def _named(rows: tuple[dict[str, Any], ...], name: str) -> dict[str, Any] | None:
    return next((row for row in rows if row["name"] == name), None)


def _share(rows: tuple[dict[str, Any], ...], spec: ShareSpec) -> ObservedShare | None:
    row = _named(tuple(row for row in rows if row["kind"] == "OUTBOUND"), spec.share)
    if row is None:
        return None
    return share_in(row)


def share_in(row: dict[str, Any]) -> ObservedShare:
    """One row of SHOW SHARES."""
    accounts = accounts_in(row["to"])
    return ObservedShare(str(row["comment"] or ""), str(row["database_name"] or ""), accounts, moment_in(row))


def moment_in(row: dict[str, Any]) -> str:
    """When an object was made, the same text in whatever time zone a session prints it."""
    value = row.get("created_on")
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo else str(value or "")


def accounts_in(text: str | None) -> tuple[str, ...]:
    """The accounts that SHOW SHARES lists in `to`; of more than three it names three and counts the rest."""
    entries = [entry.strip() for entry in (text or "").split(",")]
    return tuple(entry.replace('"', "") for entry in entries if entry and not entry.startswith("..."))


def _views(rows: tuple[dict[str, Any], ...]) -> tuple[ObservedView, ...]:
    return tuple(view_in(row) for row in rows)


def view_in(row: dict[str, Any]) -> ObservedView:
    """One row of SHOW VIEWS."""
    comment = str(row["comment"] or "")
    return ObservedView(
        str(row["name"]), definition_in(row["text"]), is_true(row["is_secure"]), comment, moment_in(row)
    )


def definition_in(text: str | None) -> str:
    """What follows AS in a CREATE VIEW of ours."""
    parts = _AS.split(text or "", maxsplit=1)
    return parts[1].strip() if len(parts) == 2 else (text or "")


def is_true(value: object) -> bool:
    """SHOW prints booleans as true, Y or YES, depending on the command."""
    return str(value).lower() in ("true", "y", "yes")


def _functions(client: Client, spec: ShareSpec, rows: tuple[dict[str, Any], ...]) -> tuple[ObservedFunction, ...]:
    """SHOW prints no bodies: each is asked for, side by side."""
    here = [function_in(row) for row in rows if row.get("schema_name") in (spec.schema, None)]
    texts = [sql.describe_function(spec.database, spec.schema, item.name + item.signature) for item in here]
    bodies = [_body(_rows(answer)) for answer in run_repeatably(client, texts)] if texts else []
    return tuple(replace(item, definition=body) for item, body in zip(here, bodies, strict=True))


def function_in(row: dict[str, Any]) -> ObservedFunction:
    """One row of SHOW USER FUNCTIONS, which prints no body."""
    signature = signature_in(str(row["arguments"]))
    comment = str(row["description"] or "")
    return ObservedFunction(str(row["name"]), signature, "", is_true(row["is_secure"]), comment, moment_in(row))


def _body(rows: tuple[dict[str, Any], ...]) -> str:
    return next((str(row["value"]) for row in rows if row["property"] == "body"), "").strip()


def _tables(rows: tuple[dict[str, Any], ...]) -> tuple[str, ...]:
    return tuple(str(row["name"]) for row in rows)


def signature_in(text: str) -> str:
    """The argument types, without names and sizes: `F(X NUMBER(38,0), VARCHAR) RETURN X` -> `(NUMBER, VARCHAR)`."""
    depth, current, kinds = 0, "", []
    for char in text.partition("(")[2]:
        if char == ")" and depth == 0:
            break
        if char == "," and depth == 0:
            kinds.append(current)
            current = ""
            continue
        depth += (char == "(") - (char == ")")
        current += char
    kinds.append(current)
    return "(" + ", ".join(_bare_type(kind) for kind in kinds if kind.strip()) + ")"


def _bare_type(text: str) -> str:
    """`X NUMBER(38,0)`, `DEFAULT NUMBER` and `NUMBER` -> `NUMBER`."""
    words = text.partition("(")[0].split()
    return canonical_type(words[-1]) if words else ""


def _paths(spec: ShareSpec, views: tuple[ObservedView, ...]) -> set[tuple[str, ...]]:
    return {(spec.database, spec.schema, view.name) for view in views}


def _grants(answer: Answer, views: Collection[tuple[str, ...]]) -> frozenset[Granted]:
    if isinstance(answer, SnowflakeError) and answer.code == DOES_NOT_EXIST:
        return frozenset()
    return frozenset(granted_in(row, views) for row in _rows(answer))


def granted_in(row: dict[str, Any], views: Collection[tuple[str, ...]] = ()) -> Granted:
    """One row of SHOW GRANTS TO SHARE. A secure view is printed as TABLE or as VIEW: `views` tells them apart."""
    kind = str(row["granted_on"]).upper().replace(" ", "_")
    parts = split_path(str(row["name"]))
    if kind == "FUNCTION":
        name = parts[-1].partition("(")[0]
        parts = (*parts[:-1], name + signature_in(parts[-1]))
    return Granted(str(row["privilege"]).upper(), "VIEW" if parts in views else kind, parts)


def _mounted_by(rows: tuple[dict[str, Any], ...]) -> tuple[str, ...]:
    return tuple(str(row["account"]) for row in rows)
