"""A Snowflake stand-in for data sharing: a separate process that speaks the drivers' HTTP protocol."""
