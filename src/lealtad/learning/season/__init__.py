"""How the level of churn moves between dates, and how scores follow it."""
