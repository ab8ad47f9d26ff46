"""Learning: fit, calibrate and judge models, on a lake or on a table.

*Training* is all of it: fit a model, judge it against its baselines, return both (`on_lake`, `on_table`).
*Fitting* is one part: search settings, calibrate, and fit every row (`fitting`). A *learner* is a kind of model.
In: examples, or a table of your own. Out: calibrated models, judged on later data. It does not use MLflow.
"""
