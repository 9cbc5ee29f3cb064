"""Calls to the platform: shapes, transport, typed failures."""
