"""The site: a static folder made from a store of releases, and a server on loopback to look at it."""
