"""Publishing: a release into a store, and the files around it."""
