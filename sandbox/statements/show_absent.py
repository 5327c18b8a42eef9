"""SHOW for kinds of objects that nobody can make here: Snowflake's columns, and truly no rows.

Columns: docs.snowflake.com/en/sql-reference/sql/show-* and the readers of SnowDDL and snowcap.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.catalog import find_visible
from sandbox.context import Context
from sandbox.results import Column, Result, listing
from sandbox.statements.filters import read_filter
from sandbox.statements.show import columns_named, scope
from sandbox.statements.show_keys import FOREIGN_KEY
from sandbox.tokens import Tokens

_POLICY = "created_on name database_name schema_name kind owner comment owner_role_type options"
_ROUTINE = (
    "created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments "
    "description catalog_name is_table_function valid_for_clustering is_secure secrets external_access_integrations"
)
_INTEGRATION = "name type category enabled comment created_on"
IN_SCHEMAS = {
    "AGGREGATION POLICIES": _POLICY,
    "ALERTS": "created_on name database_name schema_name owner comment warehouse schedule state condition action "
    "owner_role_type",
    "AUTHENTICATION POLICIES": _POLICY,
    "BACKUP POLICIES": "created_on name database_name schema_name owner comment schedule expire_after_days "
    "has_retention_lock owner_role_type",
    "BACKUP SETS": "created_on name database_name schema_name object_kind object_name object_database_name "
    "object_schema_name backup_policy_name owner comment owner_role_type",
    "DYNAMIC TABLES": "created_on name database_name schema_name cluster_by rows bytes owner target_lag refresh_mode "
    "refresh_mode_reason warehouse comment text automatic_clustering scheduling_state last_suspended_on is_clone "
    "is_replica is_iceberg data_timestamp owner_role_type",
    "EVENT TABLES": "created_on name database_name schema_name owner comment owner_role_type",
    "EXPORTED KEYS": FOREIGN_KEY,
    "EXTERNAL FUNCTIONS": f"{_ROUTINE} is_external_function language is_memoizable is_data_metric",
    "EXTERNAL TABLES": "created_on name database_name schema_name invalid invalid_reason owner comment stage location "
    "file_format_name file_format_type cloud region notification_channel last_refreshed_on table_format "
    "last_refresh_details owner_role_type",
    "HYBRID TABLES": "created_on name database_name schema_name owner rows bytes comment owner_role_type",
    "ICEBERG TABLES": "created_on name database_name schema_name owner external_volume_name catalog_name "
    "iceberg_table_type catalog_table_name catalog_namespace base_location can_write_metadata comment owner_role_type",
    "JOIN POLICIES": _POLICY,
    "NETWORK RULES": "created_on name database_name schema_name owner comment type mode entries_in_valuelist "
    "owner_role_type",
    "PACKAGES POLICIES": _POLICY,
    "PASSWORD POLICIES": _POLICY,
    "PIPES": "created_on name database_name schema_name definition owner notification_channel comment integration "
    "pattern error_integration owner_role_type invalid_reason kind",
    "PROCEDURES": _ROUTINE,
    "PROJECTION POLICIES": _POLICY,
    "SECRETS": "created_on name schema_name database_name owner comment secret_type oauth_scopes owner_role_type",
    "SEMANTIC VIEWS": "created_on name database_name schema_name comment owner owner_role_type extension",
    "SESSION POLICIES": _POLICY,
    "STREAMS": "created_on name database_name schema_name owner comment table_name source_type base_tables type stale "
    "mode stale_after invalid_reason owner_role_type",
    "TASKS": "created_on name id database_name schema_name owner comment warehouse schedule predecessors state "
    "definition condition allow_overlapping_execution error_integration last_committed_on last_suspended_on "
    "owner_role_type config budget task_relations last_suspended_reason success_integration",
    "USER PROCEDURES": _ROUTINE,
}
IN_ACCOUNT = {
    "API INTEGRATIONS": _INTEGRATION,
    "EXTERNAL ACCESS INTEGRATIONS": _INTEGRATION,
    "INTEGRATIONS": _INTEGRATION,
    "NETWORK POLICIES": "created_on name comment entries_in_allowed_ip_list entries_in_blocked_ip_list "
    "entries_in_allowed_network_rules entries_in_blocked_network_rules",
    "NOTIFICATION INTEGRATIONS": _INTEGRATION,
    "REPLICATION GROUPS": "region_group snowflake_region created_on account_name name type comment is_primary primary "
    "object_types allowed_integration_types allowed_accounts organization_name account_locator "
    "replication_schedule secondary_state next_scheduled_refresh owner is_listing_auto_fulfillment_group",
    "RESOURCE MONITORS": "name credit_quota used_credits remaining_credits level frequency start_time end_time "
    "notify_at suspend_at suspend_immediately_at created_on owner comment notify_users",
    "SECURITY INTEGRATIONS": _INTEGRATION,
    "STORAGE INTEGRATIONS": _INTEGRATION,
}


def _empty(names: str, scopes: tuple[str, ...]) -> Callable[[Context, Tokens], Result]:
    """A handler that reads all clauses, and refuses a database, schema or table that is not there."""

    def show(ctx: Context, tokens: Tokens) -> Result:
        found = read_filter(tokens, scopes)
        if found.scope in ("TABLE", "VIEW"):
            find_visible(ctx.eyes(), found.scope, found.parts or [], "SHOW")
        elif scopes:
            scope(ctx, found)
        return listing(columns_named(names), [])

    return show


def _as_resource(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW AS RESOURCE …` gives each object as one JSON text."""
    scope(ctx, read_filter(tokens, ("DATABASE",)))
    return listing([Column("As Resource")], [])


SHOW: dict[str, Callable[[Context, Tokens], Result]] = {
    **{kind: _empty(names, ("SCHEMA",)) for kind, names in IN_SCHEMAS.items()},
    **{kind: _empty(names, ()) for kind, names in IN_ACCOUNT.items()},
    "AS RESOURCE DYNAMIC TABLES": _as_resource,
}
