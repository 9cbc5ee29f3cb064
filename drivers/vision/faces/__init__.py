"""Faces: finding, measuring, comparing and telling a living one from a picture. Runs in the vision process only."""
