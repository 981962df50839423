"""The checks of `kiban verify`: each takes a release as it lies there, and may be made by an enemy."""
