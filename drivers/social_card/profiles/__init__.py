"""Profiles of social-security cards that are shipped: one JSON file each, named by its stem."""
