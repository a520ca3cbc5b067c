"""What the site exports: notebooks, handouts, downloads, and links to run."""
