"""The families: what is told of a customer, a function per feature."""
