"""A release as packages that others install: a wheel with its Parquet files, and an npm tarball with its JSON and types."""
