"""Derive: the steps in SQL from what sources say to facts, labels, trends and claims."""
