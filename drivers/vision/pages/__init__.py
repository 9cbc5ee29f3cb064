"""Sheets of paper under a document camera: found, judged, flattened. Vision process only (OpenCV); pure functions."""
