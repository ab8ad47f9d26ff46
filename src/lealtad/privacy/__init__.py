"""Privacy: what a run holds of a customer, erasing it everywhere, and what must not come back.

In: a run directory and ids. Out: a search through every decoded value, a receipt, a page for the customer.
"""
