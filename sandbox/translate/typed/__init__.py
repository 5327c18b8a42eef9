"""Types first: every expression of a query gets its Snowflake type, and becomes what DuckDB needs to mean the same."""
