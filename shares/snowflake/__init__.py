"""The only part that talks to Snowflake: connect, run, render SQL, read SHOW. Knows no Django model."""
