"""Features and outcomes as of past dates, and the only place where the two meet.

In: a lake and a model definition. Out: one row per customer and date. Uses no estimators.
"""
