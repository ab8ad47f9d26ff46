"""Axes of words: comments as a few numbers, fitted once on comments of the training period.

In: comments. Out: a table of hashed words that the lake keeps. Knows no customer.
"""
