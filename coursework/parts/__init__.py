"""The parts of the lab: for each, its check, and beside it what is asked.

A module holds the properties, and the ``VARIABLES`` of a notebook that they
look at; without any, they are given all of its names. The data beside it say
what a part teaches, its points, and the mistakes that its check knows.
"""
