"""Measurements. `script/bench NAME` runs one of them; how fast something is is told here and asserted nowhere."""
