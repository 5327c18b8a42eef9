"""The demo: a whole provider with customers on one machine, carried through the main job over real HTTP."""
