"""Which rows a date may see, under which customer and in which order.

In: the rows of whole customers with both clocks. Out: rows in place, and the grid of customers and dates. Knows no
formula.
"""
