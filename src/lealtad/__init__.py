"""Predict who is about to leave and who would recommend, and hand over a list worth working."""
