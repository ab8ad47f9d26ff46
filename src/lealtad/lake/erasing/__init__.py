"""What leaves a lake: customers who are erased, rows that are withdrawn, states that are thinned."""
