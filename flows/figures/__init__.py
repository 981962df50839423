"""Figures of a release, made of its own tables."""
