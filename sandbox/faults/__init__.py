"""Faults on demand: what can go wrong between a driver and Snowflake, by name, at the statement that one chooses."""
