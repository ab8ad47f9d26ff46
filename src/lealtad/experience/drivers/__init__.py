"""Which touchpoints and moments decide loyalty: importance, performance, reach, and what fixing them would bring."""
