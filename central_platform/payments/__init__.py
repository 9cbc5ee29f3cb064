"""Payments: the platform owns the money. docs/payments.md says what is real and what a bank's connection needs.

`states` decides, `ledger` keeps, `orders` and `settling` ask the provider, `delivery` uses up what was paid.
"""
