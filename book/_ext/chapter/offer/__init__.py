"""Offering the pages: to run, to download, to read offline."""
