"""The chapter as one PDF."""
