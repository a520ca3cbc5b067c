"""Read a novel, train a recurrent network on it, and let it write."""

import re
from importlib.resources import files

import torch
from torch.nn import functional as F

book = files("word_text_counter") / "data" / "time_machine.txt"
text = book.read_text("utf-8-sig").split("*** END OF")[0].lower()
text = text[text.index("the time traveller (for so") :]
plain = str.maketrans({"æ": "ae", "œ": "oe", "ç": "c", "ü": "u"})
text = re.sub("[^a-z]+", " ", text.translate(plain)).strip()
vocab = ["<unk>"] + sorted(set(text), key=lambda c: (-text.count(c), c))
corpus = torch.tensor([vocab.index(c) for c in text[:10000]])
V, h, n, T, lr, theta = len(vocab), 512, 32, 35, 1, 1


def get_params():
    W_xh, W_hh = 0.01 * torch.randn(V, h), 0.01 * torch.randn(h, h)
    W_hq, b_h, b_q = 0.01 * torch.randn(h, V), torch.zeros(h), torch.zeros(V)
    return [p.requires_grad_() for p in (W_xh, W_hh, b_h, W_hq, b_q)]


def rnn(inputs, H, W_xh, W_hh, b_h, W_hq, b_q):  # (n, T), (n, h), parameters
    outputs = []
    for X in F.one_hot(inputs.T, V).float():  # (n, V), step after step
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)  # (n, h)
        outputs.append(H @ W_hq + b_q)  # (n, V)
    return torch.cat(outputs), H  # (T * n, V), (n, h)


def train_epoch(params):
    H, losses, offset = torch.zeros(n, h), [], int(torch.randint(T, (1,)))
    length = (len(corpus) - 1 - offset) // n  # of a row of the text
    rows = offset + length * torch.arange(n)[:, None]  # (n, 1)
    for start in range(0, length - T + 1, T):
        index = rows + start + torch.arange(T)  # (n, T)
        O, H = rnn(corpus[index], H.detach(), *params)  # (T * n, V), (n, h)
        losses.append(F.cross_entropy(O, corpus[index + 1].T.reshape(-1)))
        grads = torch.autograd.grad(losses[-1], params)
        norm = torch.stack([grad.norm() for grad in grads]).norm()
        for param, grad in zip(params, grads, strict=True):
            param.data -= lr * min(1, theta / norm) * grad
    return torch.stack(losses).mean().exp().item()  # the perplexity


def write(prefix, num_predicts, params):
    X, H = torch.tensor([[vocab.index(c) for c in prefix]]), torch.zeros(1, h)
    for _ in range(num_predicts):
        O, H = rnn(X, H, *params)
        X = O[-1:, 1:].argmax(dim=1, keepdim=True) + 1  # (1, 1), never <unk>
        prefix += vocab[X.item()]
    return prefix


if __name__ == "__main__":
    params = get_params()
    for _ in range(500):
        print(f"{train_epoch(params):5.2f}", write("traveller", 50, params))
