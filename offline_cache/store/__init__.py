"""The encrypted store: outbox, ledger, catalogue cache, audit chain, print journal."""
