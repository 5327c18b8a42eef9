"""The HTTP face: the routes that the drivers call, and the control routes."""
