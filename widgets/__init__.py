"""Widgets: networks to write with and to train, in the reader's browser."""

from widgets.game import game
from widgets.playground import Experiment, playground
from widgets.sketch import sketch
from widgets.strip import strip
from widgets.trainer import Story, slim_trainer, trainer
from widgets.typewriter import typewriter
