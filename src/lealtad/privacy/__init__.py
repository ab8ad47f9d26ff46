"""Privacy: what a run stores about a customer, erasing it everywhere, and keeping it erased.

In: a run directory and ids. Out: a search through every decoded value, a receipt, a page for the customer.
"""
