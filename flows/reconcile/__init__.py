"""Somebody else's table of models compared with ours."""
