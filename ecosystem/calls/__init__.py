"""Calls for service: who calls for what, where and when, and how far the city is from its goal.

From dispatch exports to one row per incident (`ingest`, with `sources`, `columns`, `clocks`, `grid` and `quality`). Incidents hold no point,
address or number: nothing finer than an area and a half hour of the week leaves this package.
"""
