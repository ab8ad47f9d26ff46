"""A lake at an address of an object store: keys instead of files, a lease instead of a lock."""
