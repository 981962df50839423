"""Stores: the places where releases lie."""
