"""Experiments: what a build cannot pay for, run apart and recorded.

A script of this folder trains many networks, writes its record beside
itself, and a page reads the record.
"""
