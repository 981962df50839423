"""A release as JSON: documents that are small enough to fetch, each with its JSON Schema, made from the columns of the tables."""
