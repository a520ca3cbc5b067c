"""The look of the pages: the theme, patched, and what it lacks."""
