"""Coursework: checks of what students write, and the handouts to write in."""
