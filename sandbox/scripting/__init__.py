"""Several statements at once: scripts cut into statements, blocks of Snowflake Scripting, and session variables."""
