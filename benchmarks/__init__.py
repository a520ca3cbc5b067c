"""Benchmarks: speed, weight, and memory, of the package, build, and site."""
