"""A character-level recurrent neural network, written from scratch.

Read the modules in this order: ``interface``, ``corpus``, ``model``,
``prediction``, ``history``, ``training``; then ``bptt``, ``gates``,
``ngrams`` and ``decoding``. A comment such as ``# (eq-hidden)`` is the label
of the equation that its line computes; a comment such as ``# (batch, h)`` is
the shape of a result. ``V`` or ``vocab_size`` is the number of symbols, and
``h`` or ``num_hiddens`` the number of hidden units.
"""

from charrnn.corpus import Vocab, load_data_time_machine
from charrnn.decoding import beam_search, generate, generate_many
from charrnn.history import History
from charrnn.model import (
    RNNModel,
    RNNModelScratch,
    get_params,
    init_rnn_state,
    rnn,
)
from charrnn.prediction import predict_rnn
from charrnn.training import grad_clipping, sgd, train_epoch_rnn, train_rnn

__all__ = [
    "History",
    "RNNModel",
    "RNNModelScratch",
    "Vocab",
    "beam_search",
    "generate",
    "generate_many",
    "get_params",
    "grad_clipping",
    "init_rnn_state",
    "load_data_time_machine",
    "predict_rnn",
    "rnn",
    "sgd",
    "train_epoch_rnn",
    "train_rnn",
]
