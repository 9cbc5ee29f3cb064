"""Synthetic people before a camera: portraits set in motion by a mesh warp, and the ways of cheating with them.

Nothing here is a recording of a living person, and no figure gained from it is a figure about living people. Started
as a process of its own (`python -m drivers.vision.simulator`), by tests and by bench; never imported by the product.
"""
