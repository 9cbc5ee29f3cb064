"""Bringing the outbox to the platform and its documents to the terminal."""
