"""One module per family of statements; `dispatch` chooses."""
