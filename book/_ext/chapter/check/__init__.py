"""Checking the pages: what fails a build, and what it says."""
