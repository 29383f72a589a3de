"""Calls for service: who calls for what, where and when, and how far the city is from its goal.

From dispatch exports to one row per incident (`ingest`, with `sources`, `columns`, `clocks`, `rows`, `grid` and `quality`). Incidents hold no point,
address or number: nothing finer than an area and a half hour of the week leaves this package.

**Beyond one city.** Measured with `tests/benchmarks/bench_calls.py` on two processors shared with much other work, in CPU seconds, since those of
the clock say little there: a million rows from CSV to incidents take 4.9 (SQL by hand, which tests no border and tells no quality: 5.5), a million
incidents to the cube 0.7; a question to the saved cube takes 4 ms. 12 million rows take 1.2 GB of memory in all, and two fifths of the export's
size on disk while they are read. By these rates two free processors read the 60 million calls a year of the hundred largest cities (70 million
rows) in three minutes and count them in half a minute; a state with 10 million calls takes half a minute. Exports are read once, each city on its
own machine if need be, and only cubes need to meet. Where incidents already lie in one place, `[calls] backend` runs the measures there.
"""
