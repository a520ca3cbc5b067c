"""Strictness: what fails a build, and what it says."""
