"""The families: what describes a customer, a function per feature.

In: facts over a grid of customers and dates. Out: features, which the catalog collects. Know no table.
"""
