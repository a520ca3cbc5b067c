import json
from collections import Counter

from safetensors import safe_open

from charrnn import RNNModelScratch, Vocab, init_rnn_state, predict_rnn, rnn

with safe_open("FILE", "pt") as network:
    names = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
    params = [network.get_tensor(name) for name in names]
    counts = json.loads(network.metadata()["vocabulary"])
vocab = Vocab(Counter(counts).elements())
V, h = params[0].shape
net = RNNModelScratch(V, h, lambda *_: params, init_rnn_state, rnn)
print(predict_rnn("PREFIX", 200, net, vocab))
