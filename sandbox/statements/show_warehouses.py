"""SHOW WAREHOUSES."""

from __future__ import annotations

from typing import Any

from sandbox.context import Context
from sandbox.listings import moment, role_name
from sandbox.results import Column, Result, listing
from sandbox.rights import sees
from sandbox.sftypes import INTEGER, LTZ
from sandbox.statements.filters import read_filter, true_false, yes_no
from sandbox.store import Thing
from sandbox.tokens import Tokens

# docs.snowflake.com/en/sql-reference/sql/show-warehouses, in this order.
_COLUMNS = (
    "name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current "
    "auto_suspend auto_resume available provisioning quiescing other created_on resumed_on updated_on owner comment "
    "enable_query_acceleration query_acceleration_max_scale_factor resource_monitor actives pendings failed suspended "
    "uuid scaling_policy budget owner_role_type resource_constraint generation"
)
_NUMBERS = {
    "min_cluster_count",
    "max_cluster_count",
    "started_clusters",
    "running",
    "queued",
    "auto_suspend",
    "query_acceleration_max_scale_factor",
    "actives",
    "pendings",
    "failed",
    "suspended",
}
_AUTO_SUSPEND = 600


def warehouses(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens)
    eyes = ctx.eyes()
    known = [w for w in ctx.store.every(ctx.session.account, "WAREHOUSE") if sees(eyes, w)]
    rows = [_row(ctx, w) for w in found.pick(known, lambda w: w.name)]
    columns = [
        Column(n, INTEGER) if n in _NUMBERS else Column(n, LTZ) if n.endswith("_on") else Column(n)
        for n in _COLUMNS.split()
    ]
    return listing(columns, [tuple(row.get(name) for name in _COLUMNS.split()) for row in rows])


def _row(ctx: Context, w: Thing) -> dict[str, Any]:
    """By column; nothing ever runs or waits on a warehouse here."""
    props = w.props
    started = int(props.get("state") == "STARTED")
    default = ctx.store.at(ctx.session.user).props.get("default_warehouse")
    generation = str(props.get("generation") or "1")
    standard = props.get("warehouse_type", "STANDARD") == "STANDARD"
    return {
        "name": w.name,
        "state": props.get("state", "STARTED"),
        "type": props.get("warehouse_type", "STANDARD"),
        "size": props.get("warehouse_size", "X-Small"),
        "min_cluster_count": props.get("min_cluster_count", 1),
        "max_cluster_count": props.get("max_cluster_count", 1),
        "started_clusters": started * int(props.get("min_cluster_count", 1)),
        "running": 0,
        "queued": 0,
        "is_default": yes_no(w.name == default),
        "is_current": yes_no(w.name == ctx.session.warehouse),
        "auto_suspend": props.get("auto_suspend", _AUTO_SUSPEND),
        "auto_resume": true_false(props.get("auto_resume", True)),
        "available": "100" if started else "",
        "provisioning": "0" if started else "",
        "quiescing": "0" if started else "",
        "other": "0" if started else "",
        "created_on": moment(w.created),
        "resumed_on": moment(w.created),
        "updated_on": moment(w.created),
        "owner": role_name(ctx.store, w.owner),
        "comment": w.comment,
        "enable_query_acceleration": true_false(props.get("enable_query_acceleration")),
        "query_acceleration_max_scale_factor": props.get("query_acceleration_max_scale_factor", 8),
        "resource_monitor": "null",
        "actives": started,
        "pendings": 0,
        "failed": 0,
        "suspended": 1 - started,
        "uuid": str(w.id),
        "scaling_policy": props.get("scaling_policy", "STANDARD"),
        "owner_role_type": "ROLE",
        "resource_constraint": f"STANDARD_GEN_{generation}" if standard else "MEMORY_16X",
        "generation": generation if standard else None,
    }
