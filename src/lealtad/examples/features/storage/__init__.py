"""Features of a lake: computed bucket by bucket and stored with the facts, with notes of what they are made of.

In: a lake and a company's settings. Out: the table `features` and its notes. Knows no model.
"""
