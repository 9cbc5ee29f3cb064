"""The service packages as data.

One folder a live service; `reference.json` holds halls, streets, themes, bundles and the guides of all other services.
"""
