"""Stored models: registry, runs, model card, the gate that names a champion, and scoring.

In: trained models. Out: versions, a champion, scores. The only home of MLflow.
"""
