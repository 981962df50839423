"""Reconcile: somebody else's table of models against ours."""
