"""Widgets: networks to write with and to train, in the reader's browser."""

from widgets.playground import Experiment, playground
from widgets.trainer import trainer

__all__ = ["Experiment", "playground", "trainer"]
