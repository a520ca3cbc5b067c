"""Widgets: the network in the reader's browser, to write with and train."""

from widgets.playground import Experiment, playground
from widgets.trainer import trainer

__all__ = ["Experiment", "playground", "trainer"]
