"""Wrong attempts, with the mistakes that students make, to test the checks.

Each is a function of the package with some of its code replaced. For those
``WITH_HINT``, the check names the mistake; for those ``WITHOUT_HINT``, it
only says which property fails. The page for teachers lists both.
"""

import inspect
from typing import Any, NamedTuple

import charrnn.model as model
import charrnn.prediction as prediction
import charrnn.training as training
from coursework.checks.feedback import Attempt

MODULES = {
    "predict_rnn": prediction,
    "grad_clipping": training,
    "train_epoch_rnn": training,
    "train_rnn": training,
}  # the other functions are in charrnn.model


class WrongAttempt(NamedTuple):
    """A mistake in the function that a check tests."""

    check: str
    mistake: str
    edits: dict[str, str]  # new code by the code that it replaces

    def make(self) -> Attempt:
        """Return the edited function.

        Raises ValueError if the package does not have the code to replace.
        """
        module = MODULES.get(self.check, model)
        source = inspect.getsource(module)
        for old, new in self.edits.items():
            if old not in source:
                raise ValueError(f"{module.__name__} has no {old!r}: edit it")
            source = source.replace(old, new)
        names: dict[str, Any] = {"__name__": module.__name__}
        exec(source, names)
        found: Attempt = names[self.check]
        return found


ONE_HOT = "F.one_hot(X.T, vocab_size)"
RETURNED = "return torch.cat(outputs), (H,)"
FORWARD = "self.forward(inputs, state, self.params)"
CHOICE = "if state is None or use_random_iter:"
FIRST_CLIP = "norm = grad_clipping(model, theta)\n    if isinstance"
WITH_HINT = [WrongAttempt(*row) for row in (
    ("one_hot", "The transpose is forgotten",
     {ONE_HOT: "F.one_hot(X, vocab_size)"}),
    ("one_hot", "The axes are reshaped, and not transposed",
     {ONE_HOT: "F.one_hot(X.reshape(X.T.shape), vocab_size)"}),
    ("one_hot", "The vectors are integers", {f"{ONE_HOT}.float()": ONE_HOT}),
    ("get_params", "The parameters gather no gradients",
     {"param.to(device).requires_grad_()": "param"}),
    ("get_params", "New tensors are made after requires_grad_",
     {"[param.to(device)": "[1.0 * param.to(device)"}),
    ("get_params", "All weights begin as zeros",
     {"0.01 * torch.randn(": "0 * torch.randn("}),
    ("init_rnn_state", "The state is a tensor, and not a tuple",
     {"num_hiddens), device=device),)": "num_hiddens)))"}),
    ("rnn", "The tanh is forgotten", {"torch.tanh(X": "(X"}),
    ("rnn", "The bias of the hidden state is missing",
     {"@ W_hh + b_h": "@ W_hh"}),
    ("rnn", "Each step begins with the state of the minibatch",
     {"H @ W_hh": "state[0] @ W_hh"}),
    ("rnn", "The state that came in is returned",
     {RETURNED: "return torch.cat(outputs), state"}),
    ("rnn", "The outputs are those of the last step only",
     {RETURNED: "return outputs[-1], (H,)"}),
    ("rnn", "The outputs are stacked along a new axis",
     {RETURNED: "return torch.stack(outputs), (H,)"}),
    ("rnn", "The outputs come text after text",
     {RETURNED: "return torch.stack(outputs, 1).flatten(0, 1), (H,)"}),
    ("rnn", "The outputs are probabilities",
     {RETURNED: "return torch.cat(outputs).softmax(dim=1), (H,)"}),
    ("rnn", "The graph is cut between the steps",
     {"H @ W_hh": "H.detach() @ W_hh"}),
    ("rnn", "The state is not taken out of its tuple",
     {"(H,) = state\n    outputs": "H = state\n    outputs"}),
    ("RNNModelScratch", "The minibatch is encoded without a transpose",
     {"= one_hot(X": "= F.one_hot(X"}),
    ("RNNModelScratch", "Each call begins a new state",
     {FORWARD: FORWARD.replace("state", "self.begin_state(len(X))")}),
    ("RNNModelScratch", "The model cuts the graph",
     {FORWARD: FORWARD.replace("state", "(state[0].detach(),)")}),
    ("predict_rnn", "The warm-up writes what it predicts",
     {"# the warm-up": "\n        text = text[0] + ''.join("
      "vocab.to_tokens(O.argmax(dim=1).tolist()))"}),
    ("predict_rnn", "Only the last character of the prefix is read",
     {"[vocab[list(text)]]": "[vocab[list(text[-1])]]"}),
    ("predict_rnn", "The last character of the prefix is read twice",
     {"# the warm-up": "\n        O, state = model(X[:, -1:], state)"}),
    ("predict_rnn", "The state is not handed on",
     {"O, state = model(X, state)": "O, _ = model(X, state)"}),
    ("grad_clipping", "Each parameter has a norm of its own",
     {"grad *= theta / norm": "grad *= min(1, theta / grad.norm())"}),
    ("grad_clipping", "Each component is clipped by itself",
     {"grad *= theta / norm": "grad.clamp_(-theta, theta)"}),
    ("grad_clipping", "The gradients are not scaled in place",
     {"grad *= theta / norm": "grad = grad * theta / norm"}),
    ("grad_clipping", "Gradients below theta are scaled up",
     {"if norm > theta:": "if norm > 0:"}),
    ("train_epoch_rnn", "The targets are not transposed",
     {"Y.T.reshape(-1)": "Y.reshape(-1)"}),
    ("train_epoch_rnn", "The loss is given probabilities",
     {"loss(O, targets)": "loss(O.softmax(dim=1), targets)"}),
    ("train_epoch_rnn", "The state is not detached",
     {"tuple(S.detach() for S in state)": "state"}),
    ("train_epoch_rnn", "The state is begun anew for each minibatch",
     {CHOICE: "if True:"}),
    ("train_epoch_rnn", "The state is carried under random sampling",
     {CHOICE: "if state is None:"}),
    ("train_epoch_rnn", "The gradients are not zeroed",
     {"param.grad = None\n": "pass\n"}),
    ("train_epoch_rnn", "The updater is called before clipping",
     {FIRST_CLIP: "norm = 0.0\n    if isinstance",
      "updater(1)": "updater(1)\n    grad_clipping(model, theta)"}),
    ("train_epoch_rnn", "The gradients are divided by the batch size",
     {"updater(1)": "updater(32)"}),
    ("train_epoch_rnn", "The perplexity is averaged over minibatches",
     {"mean_loss.double() * Y.numel()": "mean_loss.double()",
      "num_tokens += Y.numel()": "num_tokens += 1"}),
    ("train_epoch_rnn", "An optimiser is called as a function",
     {"isinstance(updater, Optimizer)": "False"}),
    ("train_rnn", "The argument use_random_iter is not handed on",
     {"loss, updater, use_random_iter,\n": "loss, updater, False,\n"}),
    ("train_rnn", "The steps have a momentum",
     {"param -= lr": "param.grad += 0.9 * getattr(param, 'last', 0)\n"
      "            param.last = param.grad\n            param -= lr"}),
)]  # fmt: skip
WITHOUT_HINT = [WrongAttempt(*row) for row in (
    ("one_hot", "The vocabulary is as large as the largest index",
     {ONE_HOT: "F.one_hot(X.T)"}),
    ("get_params", "The weights are not scaled",
     {"0.01 * torch.randn(": "torch.randn("}),
    ("get_params", "The weights of the output are transposed",
     {"normal(num_hiddens, vocab_size)": "normal(vocab_size, num_hiddens)"}),
    ("init_rnn_state", "The axes of the state are swapped",
     {"(batch_size, num_hiddens), device":
      "(num_hiddens, batch_size), device"}),
    ("init_rnn_state", "The state begins with random numbers",
     {"torch.zeros((batch_size": "torch.randn((batch_size"}),
    ("rnn", "The activation is a rectifier", {"torch.tanh(X": "torch.relu(X"}),
    ("rnn", "The steps are read in reverse order",
     {"for X in inputs:": "for X in inputs.flip(0):"}),
    ("rnn", "The state is not returned",
     {RETURNED: "return torch.cat(outputs)"}),
    ("RNNModelScratch", "The sizes of the state are swapped",
     {"(batch_size, self.num_hiddens)": "(self.num_hiddens, batch_size)"}),
    ("predict_rnn", "The predicted character is not fed back",
     {"X = torch.tensor([[best]])": "X = X[:, -1:]"}),
    ("predict_rnn", "The first row of the outputs is taken",
     {"most_probable(O[-1]": "most_probable(O[0]"}),
    ("predict_rnn", "A character too many is written",
     {"range(num_predicts)": "range(num_predicts + 1)"}),
    ("grad_clipping", "The norms of the parameters are added",
     {"return float(torch.linalg.vector_norm(torch.stack(norms)))":
      "return float(sum(norms))"}),
    ("grad_clipping", "The parameters are clipped",
     {"for grad in grads:":
      "for grad in [p.data for p in model.parameters()]:"}),
    ("train_epoch_rnn", "Nothing is clipped",
     {FIRST_CLIP: "norm = 0.0\n    if isinstance"}),
    ("train_epoch_rnn", "The gradients are taken away before the step",
     {"    if isinstance(updater": "    for p in model.parameters():\n"
      "        p.grad = None\n    if isinstance(updater"}),
    ("train_epoch_rnn", "The loss is summed",
     {"loss(O, targets).mean()": "len(O) * loss(O, targets).mean()"}),
    ("train_epoch_rnn", "The perplexity lacks the exp",
     {"torch.exp(total_loss / num_tokens)": "(total_loss / num_tokens)"}),
    ("train_rnn", "A single epoch is trained",
     {"recording(history, num_epochs)": "recording(history, 1)"}),
    ("train_rnn", "The learning rate is ignored",
     {"lr * param.grad": "0.01 * param.grad"}),
)]  # fmt: skip
