"""The service packages as data: one folder a live service, `listed.json` for guides, `reference.json` for halls and streets."""
