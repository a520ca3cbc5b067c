"""Directives and roles that authors write in pages."""
