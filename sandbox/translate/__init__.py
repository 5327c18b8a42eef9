"""From the text of a Snowflake query to one that DuckDB can run, names resolved and rights checked."""
