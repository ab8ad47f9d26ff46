"""The pages of the desk, a module per part of the work."""
