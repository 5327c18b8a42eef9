"""Names inside a query: which tables are CTEs, what an unnamed column is called, and encoding for DuckDB."""

from __future__ import annotations

from sqlglot import exp

from sandbox.names import fold, to_lake


def name_of(identifier: exp.Expr) -> str:
    """What an identifier of the query stands for."""
    return fold(identifier.name, bool(identifier.args.get("quoted")))


def encoded(name: str) -> exp.Identifier:
    """An identifier that DuckDB keeps apart from others that differ in case only."""
    return exp.Identifier(this=to_lake(name), quoted=True)


def encode(identifier: exp.Identifier) -> None:
    identifier.set("this", to_lake(name_of(identifier)))
    identifier.set("quoted", True)


def table_parts(table: exp.Table) -> list[str]:
    """Database, schema and name as far as they are given."""
    return [name_of(part) for part in (table.args.get("catalog"), table.args.get("db"), table.this) if part]


def is_cte(table: exp.Table) -> bool:
    """Whether the name belongs to a WITH that is in force where the table stands."""
    if table.args.get("db") or not isinstance(table.this, exp.Identifier):
        return False
    name = name_of(table.this)
    child: exp.Expr = table
    parent = table.parent
    while parent is not None:
        if isinstance(parent, exp.With):
            if name in _before(parent, child):
                return True
        elif child is not parent.args.get("with_") and name in _all_ctes(parent):
            return True
        child, parent = parent, parent.parent
    return False


def _all_ctes(node: exp.Expr) -> list[str]:
    with_ = node.args.get("with_")
    return [_cte_name(cte) for cte in with_.expressions] if isinstance(with_, exp.With) else []


def _before(with_: exp.With, child: exp.Expr) -> list[str]:
    """The CTEs that the definition `child` may use: earlier ones, and itself when recursive."""
    names: list[str] = []
    for cte in with_.expressions:
        if cte is child:
            return [*names, _cte_name(cte)] if with_.args.get("recursive") else names
        names.append(_cte_name(cte))
    return names


def _cte_name(cte: exp.Expr) -> str:
    return name_of(cte.args["alias"].this)


def name_projections(select: exp.Select) -> None:
    """Gives every unnamed expression the name that Snowflake would: its own text."""
    for projection in select.expressions:
        if isinstance(projection, (exp.Alias, exp.Column, exp.Star, exp.Aliases)) or projection.is_star:
            continue
        text = projection.sql("snowflake")
        projection.replace(exp.Alias(this=projection.copy(), alias=exp.Identifier(this=text, quoted=True)))


def shorten(column: exp.Column) -> None:
    """Keeps only the last qualifier: relations are known by their alias or bare name."""
    column.set("db", None)
    column.set("catalog", None)


def name_values(values: exp.Values) -> None:
    """Columns of VALUES are COLUMN1, COLUMN2, …"""
    if not isinstance(values.parent, (exp.From, exp.Join)):
        return
    alias = values.args.get("alias") or exp.TableAlias(this=encoded("VALUES"))
    if not alias.columns and values.expressions:
        width = len(values.expressions[0].expressions)
        alias.set("columns", [encoded(f"COLUMN{n + 1}") for n in range(width)])
    values.set("alias", alias)
