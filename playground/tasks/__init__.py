"""Tasks: how networks are trained."""
