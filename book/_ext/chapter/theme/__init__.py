"""How pages are rendered: what is patched in the theme, and added to it."""
