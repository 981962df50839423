"""Changes: one release against another."""
