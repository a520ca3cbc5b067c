"""Directives and roles that the pages use, and links within them."""
