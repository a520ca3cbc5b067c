"""Execution of the pages: the cache, the trainings, and the outputs."""
