"""Learners: search, calibration, season, evaluation, survival and response, on a lake or on a table.

In: examples, or a table of one's own. Out: calibrated models, judged on later data. Knows no MLflow.
"""
