"""Helpers that the set-up and the tests share."""
