"""Executing the pages: the cache, the trainings, and Ctrl-C."""
