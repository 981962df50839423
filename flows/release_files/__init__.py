"""The files of a release, one module for each."""
