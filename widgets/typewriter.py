"""A trained network that continues a reader's words, on the first page."""

from html import escape

import torch

from charrnn.decoding import temperature
from charrnn.interface import Vocabulary
from charrnn.model import RNNModelScratch
from widgets.embed import Widget
from widgets.playground import encode, rounded

TEXT = "he looked at the s"
TAU, ROWS = 0.5, 6  # the first temperature, and the characters that are shown
FALLBACK = "On the site, a network continues your words here."
FORM = """\
<form autocomplete="off">
<label><span>Your words</span> <input name="text" value="{text}"\
 maxlength="1000" autocapitalize="off" spellcheck="false"></label>
<button class="primary" name="go">Let it write</button>
<div class="transcript" tabindex="0" role="group"\
 aria-label="The text so far"><span>{text}</span><span class="written"></span>\
</div>
<p class="title" id="next">The next character</p>
<ol role="list" aria-labelledby="next">{rows}</ol>
<label class="slider"><span>Temperature</span> <span class="value">{tau}\
</span> <input name="temperature"\
 type="range" aria-label="Temperature" max="2" step="0.05"\
 value="{tau}"></label>
<p class="status" role="status"></p>
</form>"""


def typewriter(model: RNNModelScratch, vocab: Vocabulary) -> Widget:
    """Let a reader begin a text, and a trained network continue it.

    The result shows itself as the output of a cell. What the network expects
    after ``TEXT`` is computed here, and shown at first.

    Raises ValueError as ``playground`` does.
    """
    weights = (encode(model, vocab),)
    rows = "".join(expect(rounded(model), vocab))
    form = FORM.format(text=TEXT, tau=TAU, rows=rows)
    return Widget("typewriter", FALLBACK, {}, weights, still=form)


def expect(model: RNNModelScratch, vocab: Vocabulary) -> list[str]:
    """Return rows, as HTML, of the most probable characters after ``TEXT``."""
    X = torch.tensor([vocab[list(TEXT)]])
    logits, _ = model(X, model.begin_state(1))
    logits[:, vocab.unk] = -torch.inf  # never written
    q = temperature(TAU)(logits[-1]).exp()
    return [row(vocab.to_tokens(i), float(q[i])) for i in q.topk(ROWS).indices]


def row(token: str, q: float) -> str:
    """Return a row of a character and its probability."""
    letter, role = escape(token), ""
    if token == " ":
        letter, role = "␣", ' role="img" aria-label="space"'
    percent = f"{100 * q:.{1 if q < 0.1 else 0}f} %"
    return f"""
<li><span class="letter"{role}>{letter}</span> <span class="bar"\
 style="--q: {q:.4f}"></span> <span class="percentage">{percent}</span></li>"""
