"""The desk: the team's web application, where customers are claimed, contacted and overridden, and its events.

The only home of Django. In: the lake and the list of a night. Out: pages, an append-only table of events, and the
facts that these are for the next night. `run` starts it; nothing here is imported by jobs that do not use it.
"""
