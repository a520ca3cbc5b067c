"""Writing the pages: templates, mathematics, traces, style and fonts."""
