"""Pure Python: no Django, no I/O. What a share is, and the plan between two states of it."""
