"""The check of predict_rnn accepts any style, and names what it has seen."""

import pytest
import torch
from shared.lab import accept, attempt, refuse

import charrnn
import coursework.checks.cases as cases
from coursework.checks import evaluate
from coursework.checks.doubles import HashingModel

V = len(cases.vocab())

# Code of the lab's solution
TENSOR = "X = torch.tensor([vocab[list(prefix)]])  # (1, len(prefix))"
BEGIN = "O, state = model(X, model.begin_state(1))"
LOOP = "for _ in range(num_predicts):"
BEST = "best = int(O[-1].argmax())"
WRITE = "text += vocab.to_tokens(best)"
FEED = "X = torch.tensor([[best]])  # (1, 1)"
NEXT = "O, state = model(X, state)"
RETURN = "return text\n"
BODY = f"{BEST}\n            {WRITE}\n            {FEED}\n"
SAMPLE = """torch.multinomial(
                O[-1].softmax(0), 1, generator=torch.manual_seed(len(text))
            )"""
BY_SYMBOL = """state = model.begin_state(1)
        for i in X[0]:
            O, state = model(i.reshape(1, 1), state)"""


def written_by_symbols(prefix, num_predicts, model, vocab, device=None):
    state, outputs = model.begin_state(batch_size=1, device=device), []
    for character in prefix:
        outputs.append(vocab[character])
        logits, state = model(torch.tensor([outputs[-1:]]), state)
    for _ in range(num_predicts):
        outputs.append(int(logits.argmax(dim=1)))
        logits, state = model(torch.tensor([outputs[-1:]]), state)
    return "".join(vocab.idx_to_token[i] for i in outputs)


def written_by_reading_all_again(prefix, num_predicts, model, vocab):
    text = prefix
    for _ in range(num_predicts):
        O, _ = model(torch.tensor([vocab[list(text)]]), model.begin_state(1))
        text += vocab.to_tokens(int(O[-1].argmax()))
    return text


def written_one_behind(prefix, num_predicts, model, vocab):
    device = next(iter(model.parameters())).device
    state = [S.clone() for S in model.begin_state(1)]
    outputs = vocab[list(prefix)]
    X = torch.tensor(outputs, device=device)[None]
    if len(prefix) > 1:
        _, state = model(X[:, :-1], state)
    for _ in range(num_predicts):
        O, state = model(torch.tensor([outputs[-1:]]), state)
        outputs += O[-1:, 1:].softmax(1).topk(1).indices[:, 0].add(1).tolist()
    return "".join(vocab.to_tokens(outputs))


def written_by_recursion(prefix, num_predicts, model, vocab):
    def go_on(text, unread, state, number):
        if number == 0:
            return text
        X = torch.as_tensor([vocab[c] for c in unread]).unsqueeze(0)
        O, (H,) = model(X, state)
        logits = O.detach().numpy()[-1]
        c = vocab.to_tokens([logits.argmax()])[0]
        return go_on(text + c, c, (H.detach(),), number - 1)

    return go_on(prefix, prefix, model.begin_state(1), num_predicts)


def written_by_view(prefix, num_predicts, model, vocab):
    X, state = torch.tensor([vocab[list(prefix)]]), model.begin_state(1)
    while X.shape[1] < len(prefix) + num_predicts:
        rest = X if X.shape[1] == len(prefix) else X[:, -1:]
        O, state = model(rest, state)
        best = O.view(1, -1, O.shape[-1])[:, -1].argmax(-1, keepdim=True)
        X = torch.cat([X, best], dim=1)
    return "".join(vocab.to_tokens(X[0]))


def written_by_steps_of_numpy(prefix, num_predicts, model, vocab):
    with torch.no_grad():
        O, state = model(
            torch.LongTensor([vocab[list(prefix)]]), model.begin_state(1)
        )
        new = []
        while len(new) < num_predicts:
            new.append(torch.max(O, dim=1)[1][-1].item())
            O, state = model(torch.full((1, 1), new[-1]), state)
    return prefix + "".join(vocab.to_tokens(new))


@pytest.mark.parametrize(
    "right",
    [
        attempt("predict_rnn"),
        charrnn.predict_rnn,
        written_by_symbols,
        written_by_reading_all_again,
        written_one_behind,
        written_by_recursion,
        written_by_view,
        written_by_steps_of_numpy,
    ],
)
def test_right(right):
    accept("predict_rnn", right, seeds=10)


PREDICT = ["prefix", "warm_up", "feedback", "result"]
SAME = "equal states"
WRONG = [  # a mistake, edits of the lab's solution, and what fails
    # of the review
    ("stops at a space",
     {FEED: f"{FEED}\n            if text.endswith(' '):\n"
      "                break"}, {"result": "characters are returned"}),
    ("the last character is read twice", {BEGIN: f"{BEGIN}\n"
     "        O, state = model(X[:, -1:], state)"},
     {"warm_up": "last character of the prefix is read twice"}),
    ("the last character is read twice, in the loop",
     {LOOP: f"X = X[:, -1:]\n        {LOOP}\n            {NEXT}",
      f"{FEED}\n            {NEXT}": FEED},
     {"warm_up": "last character of the prefix is read twice"}),
    ("the state is no tuple",
     {BEGIN: "O, (H,) = model(X, model.begin_state(1))",
      NEXT: "O, (H,) = model(X, H)"}, dict.fromkeys(PREDICT, "")),
    ("the vocabulary is a constant", {BEST: "best = int(O.reshape(-1, 28)"
     "[-1].argmax())"}, dict.fromkeys(PREDICT, "")),
    # classics
    ("the warm-up writes", {BEGIN: f"{BEGIN}\n        text = text[0] + "
     "''.join(vocab.to_tokens(O.argmax(dim=1)))"},
     {"prefix": "within the prefix"}),
    ("only the last character is read", {"list(prefix)": "list(prefix[-1:])"},
     {"warm_up": "only the last"}),
    ("the state is lost", {NEXT: "O, _ = model(X, state)"},
     {"feedback": SAME}),
    ("nothing is fed back", {FEED: "X = X[:, -1:]"},
     {"feedback": "same character is read again"}),
    ("the first row", {"O[-1]": "O[0]"}, {"feedback": "first row"}),
    ("one too many", {LOOP: "for _ in range(num_predicts + 1):"},
     {"result": "characters are returned"}),
    # new
    ("one too few", {LOOP: "for _ in range(num_predicts - 1):"},
     {"result": "characters are returned"}),
    ("a state begun at each step", {NEXT: "O, _ = model(X, model."
     "begin_state(1))"}, {"feedback": SAME}),
    ("a state begun after the prefix",
     {BEGIN: f"{BEGIN}\n        state = model.begin_state(1)"},
     {"feedback": SAME}),
    ("a state begun for each character of the prefix", {BEGIN: BY_SYMBOL
     .replace("i.reshape(1, 1), state", "i.reshape(1, 1), "
     "model.begin_state(1)")}, {"warm_up": SAME}),
    ("the state is lost, in both loops",
     {BEGIN: BY_SYMBOL.replace("O, state", "O, _"),
      NEXT: "O, _ = model(X, state)"}, {"warm_up": SAME, "feedback": SAME}),
    ("the last character is not read", {BEGIN: "O, state = model(X[:, :-1], "
     "model.begin_state(1))"}, {"warm_up": "last character .* not read"}),
    ("the first character is not read", {BEGIN: "O, state = model(X[:, 1:], "
     "model.begin_state(1))"}, {"warm_up": ""}),
    ("the prefix is read twice", {BEGIN: f"{BEGIN}\n        {NEXT}"},
     {"warm_up": ""}),
    ("the prefix is read in reverse", {"list(prefix)": "list(prefix)[::-1]"},
     {"warm_up": ""}),
    ("the state is random",
     {"model.begin_state(1)": "(torch.randn(1, 1),)"}, {"warm_up": ""}),
    ("all entries of all rows", {"O[-1].argmax()": "O.argmax()"},
     {"feedback": "first row"}),
    ("the wrong axis", {"O[-1].argmax()": "O.argmax(dim=0)"},
     dict.fromkeys(PREDICT, "")),
    ("the largest value", {"O[-1].argmax()": "O[-1].max()"},
     {"feedback": ""}),
    ("sampled", {"O[-1].argmax()": SAMPLE},
     {"feedback": ""}),
    ("sampled, and the best is fed", {WRITE: "text += vocab.to_tokens("
     f"int({SAMPLE}))"}, {"result": ""}),
    ("indices are returned", {RETURN: "return vocab[list(text)]\n"},
     {"prefix": "", "result": ""}),
    ("characters are returned", {RETURN: "return list(text)\n"},
     {"prefix": "", "result": ""}),
    ("no return", {RETURN: "print(text)\n"}, {"prefix": "", "result": ""}),
    ("no prefix", {"text = prefix": "text = ''"}, {"prefix": ""}),
    ("the prefix twice", {RETURN: "return prefix + text\n"}, {"prefix": ""}),
    ("the prefix loses a character", {"text = prefix": "text = prefix[1:]"},
     {"prefix": ""}),
    ("numbers are written", {WRITE: "text += str(best)"},
     {"result": "characters are returned"}),
    ("X has one axis", {FEED: "X = torch.tensor([best])"},
     dict.fromkeys(PREDICT, "")),
    ("the prefix has one axis", {"[vocab[list(prefix)]]":
     "vocab[list(prefix)]"}, dict.fromkeys(PREDICT, "")),
    ("the prefix is one token", {"list(prefix)": "prefix"},
     dict.fromkeys(PREDICT, "")),
    ("the outputs are a tuple", {NEXT: "O = model(X, state)"},
     dict.fromkeys(PREDICT, "tuple")),
    ("the first prediction is lost", {
        f"{BODY}            {NEXT}":
        "X = torch.tensor([[int(O[-1].argmax())]])\n"
        f"            {NEXT}\n            {BEST}\n            {WRITE}"},
     {"warm_up": "first prediction is read, but not"}),
    ("the first prediction twice", {LOOP: "text += vocab.to_tokens("
     f"int(O[-1].argmax()))\n        {LOOP}", RETURN: "return text[:-1]\n"},
     {"result": ""}),
    ("all is read again by the carried state",
     {FEED: "X = torch.tensor([vocab[list(text)]])"},
     {"feedback": "whole text is read"}),
    ("the length of the whole", {RETURN: "return text[:num_predicts]\n"},
     {"result": "12 characters are returned, not"}),
    ("a number of one's own", {LOOP: "for _ in range(10):"},
     {"result": "characters are returned"}),
    ("no loop", {f"{BODY}            {NEXT}": "pass"},
     {"feedback": "", "result": "characters are returned"}),
    ("a single character fails", {BEGIN: "O, state = model(X.squeeze()[None],"
     " model.begin_state(1))"}, {"warm_up": ""}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "because"),
    [pytest.param(*row[1:], id=row[0]) for row in WRONG],
)
def test_wrong(edits, because):
    refuse("predict_rnn", attempt("predict_rnn", edits), because=because)


def test_a_blank_is_named():
    def predict_rnn(prefix, num_predicts, model, vocab):
        """Do nothing."""

    because = dict.fromkeys(PREDICT, "nothing is written here yet")
    refuse("predict_rnn", predict_rnn, because=because)


@pytest.mark.parametrize(
    ("edits", "got"),
    [
        (WRONG[3][1], "TypeError: the state must be a tuple, (H,), not "
         "a Tensor"),
        ({FEED: "X = torch.tensor([best])"}, "ValueError: X must be "
         "(batch_size, num_steps), and H in the state (batch_size, "
         "num_hiddens): the shapes are (1,), (1, 1)"),
        ({TENSOR: "X = torch.tensor([[24, 25]])"}, "IndexError: X must hold "
         "indices of the given vocabulary, from 0 to 18, not [24, 25]"),
    ],
)  # fmt: skip
def test_an_error_of_the_model_is_explained(edits, got):
    found = evaluate("predict_rnn", attempt("predict_rnn", edits))
    assert found.first.got == got
    assert "model(X, " in found.first.what  # the student's line


@pytest.mark.parametrize("seed", range(len(cases.WORDS)))
def test_the_continuation_has_a_space_and_the_first_row_differs(seed):
    prefix, vocab = cases.prefix(seed), cases.vocab()
    text = charrnn.predict_rnn(prefix, 12, HashingModel(V), vocab)
    assert " " in text[len(prefix) + 1 : -1]
    model = HashingModel(V)
    model(torch.tensor([vocab[list(prefix)]]), model.begin_state(1))
    best = model.calls[0].best
    assert best[0] != best[-1]


def test_the_vocabulary_is_not_that_of_the_novel():
    assert V == cases.V != 28
