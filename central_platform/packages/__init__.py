"""The service packages as data.

One folder a live service; `listed.json` holds the guides of the others, `reference.json` halls, streets and themes.
"""
