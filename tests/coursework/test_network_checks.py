"""The checks of the network accept right work, and explain mistakes."""

import pytest
import torch
from shared.lab import accept, attempt, refuse
from torch import nn
from torch.nn import functional as F

from charrnn import model
from coursework.checks import evaluate

CHECKS = ["get_params", "init_rnn_state", "rnn", "RNNModelScratch"]


# Right attempts in other styles


def drawn_at_once(vocab_size, num_hiddens, device=None, dtype=torch.float64):
    V, h = vocab_size, num_hiddens
    params = [
        torch.zeros(shape, dtype=dtype).normal_(0, 0.01 * (len(shape) > 1))
        for shape in [(V, h), (h, h), (h,), (h, V), (V,)]
    ]
    for param in params:
        param.requires_grad = True
    return tuple(params)


def parameter_list(V, h):
    shapes = (V, h), (h, h), (h,), (h, V), (V,)
    params = nn.ParameterList(nn.Parameter(torch.empty(s)) for s in shapes)
    for param in params:
        nn.init.zeros_(param)
        if param.dim() == 2:
            nn.init.normal_(param, std=0.01)
    return params


def rnn_preallocated(inputs, state, params):
    T, n, V = inputs.shape
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], torch.empty(T * n, V)
    for t in range(T):
        H = torch.tanh(torch.mm(inputs[t], W_xh) + torch.mm(H, W_hh) + b_h)
        outputs[t * n : (t + 1) * n] = torch.mm(H, W_hq) + b_q
    return outputs, (H,)


def rnn_einsum(inputs, state, params, *, note=""):
    W_xh, W_hh, b_h, W_hq, b_q = params
    read = torch.einsum("tnv,vh->tnh", inputs, W_xh)
    states = [state[0]]
    for X in read:
        before = torch.einsum("nh,hk->nk", states[-1], W_hh)
        states.append((X + before + b_h).tanh())
    outputs = torch.einsum("tnh,hv->tnv", torch.stack(states[1:]), W_hq)
    return [outputs.reshape(-1, len(b_q)) + b_q, [states[-1].detach()]]


def rnn_linear(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, rows = state[0].double(), []
    for X in torch.unbind(inputs):
        H = F.linear(X.double(), W_xh.T.double(), b_h.double()) + F.linear(
            H, W_hh.T.double()
        )
        H = H.tanh()
        rows += list(F.linear(H, W_hq.T.double(), b_q.double()))
    return torch.stack(rows), (H,)


def rnn_embedding(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0].detach(), []  # the state is cut here
    for index in inputs.argmax(dim=-1):
        H = torch.tanh(W_xh[index] + torch.addmm(b_h, H, W_hh))
        outputs.append(torch.addmm(b_q, H, W_hq))
    return torch.vstack(outputs), (H.detach(),)


def rnn_batched(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    read = torch.matmul(inputs, W_xh) + b_h
    H, states = state[0][:, None], []
    for X in read:
        W = W_hh.expand(len(H), -1, -1)
        H = torch.tanh(X[:, None] + torch.bmm(H, W))
        states.append(H)
    O = torch.matmul(torch.stack(states), W_hq) + b_q
    return O.flatten(0, 2), (H[:, 0],)


class ModuleOfList(nn.Module):
    def __init__(self, V, h, get_params, init_state, forward, *, note=""):
        super().__init__()
        self.V, self.network = V, forward
        self.weights = nn.ParameterList(get_params(V, h))
        self.begin_state = lambda n: (init_state(n, h)[0].double(),)

    def forward(self, X, state):
        inputs = F.one_hot(X.T, self.V).type(torch.float64)
        outputs, after = self.network(inputs, state, self.weights)
        return outputs, [after[0].detach()]


class ModelOfDict:
    def __init__(self, V, h, get_params, init_state, forward, device=None):
        self.num_hiddens, self.names = h, ["xh", "hh", "h", "hq", "q"]
        params = get_params(num_hiddens=h, vocab_size=V)
        self.params = dict(zip(self.names, params, strict=True))
        self.start, self.run, self.V = init_state, forward, V

    def __call__(self, X, state=None):
        return self.run(
            inputs=torch.eye(self.V)[X.T],
            state=state,
            params=self.params.values(),
        )

    def begin_state(self, batch_size, device=None):
        return self.start(
            num_hiddens=self.num_hiddens, batch_size=batch_size, device=device
        )

    def parameters(self):
        yield from self.params.values()


RIGHT = [
    ("get_params", drawn_at_once),
    ("get_params", parameter_list),
    ("init_rnn_state", lambda n, h: [torch.zeros(n, h, dtype=torch.double)]),
    ("init_rnn_state", lambda n, h, device=None: (torch.randn(n, h) * 0,)),
    ("rnn", rnn_preallocated),
    ("rnn", rnn_einsum),
    ("rnn", rnn_linear),
    ("rnn", rnn_embedding),
    ("rnn", rnn_batched),
    ("RNNModelScratch", ModuleOfList),
    ("RNNModelScratch", ModelOfDict),
    *((name, getattr(model, name)) for name in CHECKS),
    *((name, attempt(name)) for name in CHECKS),
]


@pytest.mark.parametrize(("check", "right"), RIGHT)
def test_right_work_passes(check, right):
    accept(check, right, seeds=10)


# Mistakes

LOOP = "H = torch.tanh(X @ W_xh + H @ W_hh + b_h)"
OUT = "O = H @ W_hq + b_q  # (batch, vocab_size)"
RETURNED = "return torch.cat(outputs), (H,)"
ALL = "[param.requires_grad_() for param in params]"
W_HH = "W_hh = 0.01 * torch.randn(num_hiddens, num_hiddens)"
FORWARD = "return self.forward(inputs, state, self.params)"
BEGUN = "return self.init_state(batch_size, self.num_hiddens)"
INPUTS = "inputs = one_hot(X, self.vocab_size)"
ZEROS = "return (torch.zeros(batch_size, num_hiddens),)"
KEPT = "return self.params\n"
MADE = "self.params = get_params(vocab_size, num_hiddens)"


def every(check, pattern):
    names = evaluate(check, attempt(check)).failures
    return dict.fromkeys(names, pattern)


PARAMS = [
    ("biases in a row", {
        "torch.zeros(num_hiddens)": "torch.zeros(1, num_hiddens)",
        "torch.zeros(vocab_size)": "torch.zeros(1, vocab_size)",
    }, {"shapes": ""}),
    ("W_hq transposed", {
        "randn(num_hiddens, vocab_size)": "randn(vocab_size, num_hiddens)",
    }, {"shapes": ""}),
    ("sizes swapped", {
        "get_params(vocab_size: int, num_hiddens: int)":
        "get_params(num_hiddens, vocab_size)",
    }, {"shapes": ""}),
    ("another order", {"W_xh, W_hh, b_h, W_hq, b_q]\n    return":
                       "W_xh, W_hh, W_hq, b_h, b_q]\n    return"},
     {"shapes": ""}),
    ("no scale", {"0.01 * torch.randn": "torch.randn"}, {"weights": ""}),
    ("variance", {"0.01 * torch.randn": "0.1 * torch.randn"},
     {"weights": ""}),
    ("uniform", {"0.01 * torch.randn(": "0.03464 * (-0.5 + torch.rand("
                 , "num_hiddens)\n    W_hh": "num_hiddens))\n    W_hh",
                 "num_hiddens)\n    b_h": "num_hiddens))\n    b_h",
                 "vocab_size)\n    b_q": "vocab_size))\n    b_q"},
     {"weights": ""}),
    ("zeros", {"0.01 * torch.randn": "0 * torch.randn"},
     {"weights": "units are equal"}),
    ("W_hh zeros", {W_HH: "W_hh = torch.zeros(num_hiddens, num_hiddens)"},
     {"weights": ""}),
    ("equal rows", {W_HH: "W_hh = 0.01 * torch.randn(num_hiddens).repeat("
                    "num_hiddens, 1)"}, {"weights": ""}),
    ("a matrix twice", {"W_hq = 0.01 * torch.randn(num_hiddens, vocab_size)":
                        "W_hq = W_xh.T.clone()"}, {"weights": ""}),
    ("random biases", {"torch.zeros(": "torch.randn("}, {"biases": ""}),
    ("no gradients", {ALL: "params"}, {"gradients": "require"}),
    ("scaled last", {ALL: f"[1.0 * p for p in {ALL}]"},
     {"gradients": "computed from"}),
    ("asked within the product", {
        "num_hiddens, num_hiddens)\n": "num_hiddens, num_hiddens, "
        "requires_grad=True)\n",
    }, {"gradients": "computed from"}),
    ("b_q forgotten", {"W_hq, b_q]\n    return": "W_hq]\n    return"},
     {"shapes": "", "biases": ""}),
    ("no return", {f"return {ALL}": "pass"}, every("get_params", "")),
]  # fmt: skip

STATE = [
    ("no tuple", {ZEROS: "return (torch.zeros(batch_size, num_hiddens))"},
     {"tuple": "comma"}),
    ("swapped", {ZEROS: "return (torch.zeros(num_hiddens, batch_size),)"},
     {"tuple": ""}),
    ("of 32 texts", {ZEROS: "return (torch.zeros(32, num_hiddens),)"},
     {"tuple": ""}),
    ("integers", {ZEROS: "return (torch.zeros(batch_size, num_hiddens, "
                  "dtype=int),)"}, {"tuple": ""}),
    ("squeezed", {ZEROS: "return "
                  "(torch.zeros(batch_size, num_hiddens).squeeze(),)"},
     {"tuple": ""}),
    ("random", {"(torch.zeros(batch_size": "(torch.randn(batch_size"},
     {"zeros": ""}),
    ("ones", {"(torch.zeros(batch_size": "(torch.ones(batch_size"},
     {"zeros": ""}),
    ("two tensors", {ZEROS: "H = torch.zeros(batch_size, num_hiddens)\n"
                     "    return H, H"}, {"tuple": ""}),
    ("no return", {"return (torch.zeros(batch": "(torch.zeros(batch"},
     every("init_rnn_state", "")),
]  # fmt: skip

NETWORK = [
    ("no tanh", {LOOP: "H = X @ W_xh + H @ W_hh + b_h"},
     {"outputs": "^tanh is missing"}),
    ("relu", {"torch.tanh(X": "torch.relu(X"}, {"outputs": ""}),
    ("no b_h", {"@ W_hh + b_h": "@ W_hh"}, {"outputs": "b_h is missing"}),
    ("no b_q", {OUT: "O = H @ W_hq"}, {"outputs": "b_q is missing"}),
    ("the given state", {"H @ W_hh": "state[0] @ W_hh"},
     {"outputs": "each step begins"}),
    ("last step only", {RETURNED: "return O, (H,)"}, {"outputs": "last"}),
    ("stacked", {"cat(outputs)": "stack(outputs)"}, {"outputs": "new axis"}),
    ("side by side", {"cat(outputs)": "cat(outputs, 1)"}, {"outputs": ""}),
    ("text after text", {"cat(outputs)": "stack(outputs, 1).flatten(0, 1)"},
     {"outputs": "text after text"}),
    ("a list", {"torch.cat(outputs)": "outputs"}, {"outputs": "a list"}),
    ("softmax", {OUT: "O = (H @ W_hq + b_q).softmax(1)"},
     {"outputs": "probabilities"}),
    ("reversed", {"for X in inputs": "for X in inputs.flip(0)"},
     {"outputs": ""}),
    ("last step skipped", {"for X in inputs": "for X in inputs[:-1]"},
     {"outputs": "4 of 5", "state": ""}),
    ("outputs from the old state", {
        f"{LOOP}  # (batch, h)\n        {OUT}": f"{OUT}\n        {LOOP}",
     }, {"outputs": "old states"}),
    ("W_hh transposed", {"H @ W_hh": "H @ W_hh.T"}, {"outputs": ""}),
    ("no memory", {"+ H @ W_hh": ""}, {"outputs": "W_hh is missing"}),
    ("begins with zeros", {"(H,) = state": "H = torch.zeros_like(state[0])"},
     {"outputs": "not used"}),
    ("states returned", {"append(O)": "append(H)"},
     {"outputs": "these are the states"}),
    ("output fed back", {"H @ W_hh": "O @ W_hh", "outputs = []":
                         "outputs, O = [], H"}, every("rnn", "")),
    ("given state returned", {"cat(outputs), (H,)": "cat(outputs), state"},
     {"state": "that was given"}),
    ("first state returned", {RETURNED: "return torch.cat(outputs), (S,)",
                              "outputs.append(O)": "outputs.append(O)\n"
                              "        S = H if len(outputs) == 1 else S"},
     {"state": ""}),
    ("output as the state", {"cat(outputs), (H,)": "cat(outputs), (O,)"},
     {"state": ""}),
    ("no tuple", {"cat(outputs), (H,)": "cat(outputs), H"},
     {"state": "comma"}),
    ("no state", {"cat(outputs), (H,)": "cat(outputs)"}, {"state": ""}),
    ("swapped results", {RETURNED: "return (H,), torch.cat(outputs)"},
     {"outputs": "this is the state", "state": ""}),
    ("no return", {RETURNED: "pass"}, every("rnn", "")),
    ("return in the loop", {f"    {RETURNED}": f"        {RETURNED}"},
     {"outputs": "1 of 5", "state": ""}),
    ("squeezed", {"@ W_hh + b_h)": "@ W_hh + b_h).squeeze()"},
     {"outputs": "", "state": ""}),
    ("28 symbols", {"cat(outputs)": "cat(outputs).reshape(-1, 28)"},
     every("rnn", "")),
    ("a typo", {"+ b_h)": "+ b_g)"}, every("rnn", "there is no b_g here")),
    ("no tensor taken", {"(H,) = state\n    out": "H = state\n    out"},
     every("rnn", "take the tensor")),
    ("W_xh first", {"X @ W_xh": "W_xh @ X"}, every("rnn", "")),
    ("detached", {"H @ W_hh": "H.detach() @ W_hh"}, {"gradients": "cut"}),
    ("detached outputs", {OUT: "O = H.detach() @ W_hq + b_q"},
     {"gradients": "cut"}),
    ("a new tensor", {"outputs.append(O)": "outputs.append(O)\n"
                      "        H = torch.tensor(H.tolist())"},
     {"gradients": "cut"}),
    ("no graph", {"for X in inputs": "torch.set_grad_enabled(False)\n"
                  "    for X in inputs",
                  RETURNED: f"torch.set_grad_enabled(True)\n    {RETURNED}"},
     {"gradients": "cut"}),
    ("in place", {"H = torch.tanh(": "H[:] = torch.tanh("},
     {"gradients": "in place"}),
]  # fmt: skip

CLASS = [
    ("no method", {"def parameters": "def params_"}, {"parameters": ""}),
    ("blank", {KEPT: "pass\n"}, {"parameters": ""}),
    ("clones", {KEPT: "return [p.clone() for p in self.params]\n"},
     {"parameters": "same values"}),
    ("detached copies", {KEPT: "return [p.detach() for p in self.params]\n"},
     {"parameters": "same values"}),
    ("three", {KEPT: "return self.params[:3]\n"}, {"parameters": ""}),
    ("a generator that fails", {KEPT: "yield self.W_xh\n"},
     {"parameters": ""}),
    ("not a method", {"def parameters(self) -> list[Tensor]:":
                      "@property\n    def parameters(self):"},
     {"parameters": ""}),
    ("sizes swapped", {MADE: "self.params = get_params(num_hiddens, "
                       "vocab_size)"}, {"parameters": ""}),
    ("made at each call", {KEPT: "return self.make(*self.sizes)\n", MADE:
                           f"{MADE}\n        self.make, self.sizes = "
                           "get_params, (vocab_size, num_hiddens)"},
     {"parameters": ""}),
    ("made when it reads", {FORWARD: FORWARD.replace(
        "self.params", "self.make()"), MADE: f"{MADE}\n        self.make = "
        "lambda: get_params(vocab_size, num_hiddens)"}, {"call": "values"}),
    ("not called", {MADE: "self.params = get_params"},
     {"parameters": "", "call": ""}),
    ("indices", {INPUTS: "inputs = X"}, {"inputs": "indices"}),
    ("not transposed", {INPUTS: "inputs = F.one_hot(X, self.vocab_size)"},
     {"inputs": "texts come first"}),
    ("transposed twice", {INPUTS: "inputs = one_hot(X.T, self.vocab_size)"},
     {"inputs": "texts come first"}),
    ("reshaped", {INPUTS: "inputs = F.one_hot(X.reshape(X.T.shape), "
                  "self.vocab_size)"}, {"inputs": "reshaped"}),
    ("integers", {INPUTS: "inputs = F.one_hot(X.T, self.vocab_size)"},
     {"inputs": ""}),
    ("28 symbols", {INPUTS: "inputs = one_hot(X, 28)"}, {"inputs": ""}),
    ("largest index", {INPUTS: "inputs = F.one_hot(X.T).float()"},
     {"inputs": ""}),
    ("squeezed", {INPUTS: f"{INPUTS}.squeeze()"}, {"inputs": ""}),
    ("hidden units", {INPUTS: "inputs = one_hot(X, self.num_hiddens)"},
     {"inputs": "", "call": ""}),
    ("the state of the last call", {
        FORWARD: "state = getattr(self, 'last', state)\n"
        "        O, self.last = self.forward(inputs, state, self.params)\n"
        "        return O, self.last"}, {"call": "an earlier call"}),
    ("a new state", {FORWARD: FORWARD.replace(
        "state", "self.begin_state(len(X))")}, {"call": "new state"}),
    ("state out of its tuple", {FORWARD: FORWARD.replace("state", "*state")},
     {"call": ""}),
    ("cut state", {FORWARD: FORWARD.replace(
        "state", "(state[0].detach(),)")}, {"call": "graph"}),
    ("no params", {FORWARD: FORWARD.replace("self.params", "None")},
     {"call": ""}),
    ("arguments swapped", {FORWARD:
        "return self.forward(inputs, self.params, state)"}, {"call": ""}),
    ("outputs only", {FORWARD: f"{FORWARD}[0]"}, {"call": ""}),
    ("nothing returned", {FORWARD: FORWARD[7:]}, {"call": ""}),
    ("given state returned", {FORWARD: f"{FORWARD}[0], state"},
     {"call": ""}),
    ("last rows", {FORWARD: f"O, S = {FORWARD[7:]}\n"
                   "        return O[-len(X):], S"}, {"call": ""}),
    ("sizes of the state", {BEGUN: "return self.init_state(self.num_hiddens, "
                            "batch_size)"}, {"begin_state": ""}),
    ("32 texts", {BEGUN: "return self.init_state(32, self.num_hiddens)"},
     {"begin_state": ""}),
    ("a method returned", {BEGUN: "return self.init_state"},
     {"begin_state": ""}),
    ("zeros of one's own", {BEGUN: "return (torch.zeros(batch_size, "
                            "self.num_hiddens),)"}, {"begin_state": ""}),
    ("a tensor", {BEGUN: f"{BEGUN}[0]"}, {"begin_state": ""}),
    ("another name", {"self.init_state, self.forward = init":
                      "self.initial_state, self.forward = init"},
     {"begin_state": "did you mean initial_state"}),
    ("forward uncalled", {FORWARD: "return self.forward"},
     {"inputs": "", "call": ""}),
    ("no __call__", {"def __call__": "def forward_"},
     {"inputs": "", "call": ""}),
]  # fmt: skip

WRONG = [
    pytest.param(check, edits, because, id=f"{check}: {mistake}")
    for check, rows in zip(
        CHECKS, [PARAMS, STATE, NETWORK, CLASS], strict=True
    )
    for mistake, edits, because in rows
]


@pytest.mark.parametrize(("check", "edits", "because"), WRONG)
def test_a_mistake_costs_its_properties_and_the_hint_is_true(
    check, edits, because
):
    refuse(check, attempt(check, edits), because=because)
