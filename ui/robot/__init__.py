"""Fingers and keys for tests and visit scripts."""
