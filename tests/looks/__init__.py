"""What every page looks like and how it behaves in a browser, over rows of a small world without Snowflake."""
