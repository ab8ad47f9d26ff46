"""The desk: the team's web application, where customers are claimed, contacted and overridden, and its events.

The only package that imports Django. In: the lake and the list of a night. Out: pages, an append-only table of
events, and the facts that the next night reads from it. `run` starts it; jobs import it only if they use it.
"""
