"""Removing data from a lake: erased customers, withdrawn rows, thinned states."""
