"""Arms of experiments: keyed draws, strata, layers and the global holdout.

In: customers and a plan. Out: one row per customer with an arm, kept in the lake for as long as it lasts.
"""
