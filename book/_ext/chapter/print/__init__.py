"""Printing the pages: the chapter as one PDF."""
