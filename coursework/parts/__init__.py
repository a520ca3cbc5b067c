"""The parts of the lab: for each, its check, and beside it what is asked.

A module holds the properties. It looks at what a notebook has under its name,
or under those that its ``VARIABLES`` list, or with an empty list at all of it.
The data beside it say what a part teaches, its points, and the mistakes that
its check knows.
"""
