"""Observed: tables of what the world said on some day, kept beside the records."""
