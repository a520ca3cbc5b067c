"""What a page is given of trained networks, and of a training."""

import json
import re

import pytest
import torch
from bs4 import BeautifulSoup
from torch import nn

import charrnn
from charrnn import RNNModel, Vocab, playground
from charrnn.browser import FOLDER
from charrnn.browser.laboratory import BATCH_SIZE, LONGEST, lab
from charrnn.browser.output import as_json
from charrnn.browser.playground import (
    Experiment,
    decode,
    encode,
    rounded,
)
from charrnn.corpus import clean, read_text


def parsed(shown):
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def data(shown):
    return json.loads(parsed(shown).select_one(".data").string)


def test_numbers_keep_16_binary_digits_rounded():
    numbers = torch.randn(10000) * 10 ** torch.empty(10000).uniform_(-8, 8)
    found = decode(encode([numbers]))
    errors = (found - numbers).abs() / numbers.abs()
    assert 2**-17 < errors.max() <= 2**-16  # cut, they would err twice as far
    assert abs(((found - numbers) / numbers).mean()) < 2**-22
    assert torch.equal(decode(encode([found])), found)


def test_special_numbers_stay_what_they_are():
    numbers = torch.tensor([0.0, 1.0, -1.0, 0.5, -2.0, 1e-40])
    assert decode(encode([numbers]))[:5].tolist() == numbers[:5].tolist()
    assert abs(decode(encode([numbers]))[5]) < 2e-40


def test_the_parameters_come_in_their_order(model):
    flat = torch.cat([param.flatten() for param in model.params])
    assert torch.allclose(decode(encode(model.params)), flat, rtol=2**-16)


def test_a_rounded_network_is_nearly_the_same_and_another_one(model):
    other = rounded(model)
    before = [param.clone() for param in model.params]
    X = torch.tensor([[1, 2, 3]])
    ours, _ = model(X, model.begin_state(1))
    theirs, _ = other(X, other.begin_state(1))
    assert torch.allclose(ours, theirs, atol=1e-5)
    other.params[0].zero_()
    assert all(map(torch.equal, model.params, before))


def test_a_page_is_given_the_networks_and_their_weights(model, vocab):
    shown = playground(
        model, vocab, name="first", others={"second": (model, vocab)}
    )
    found = data(shown)
    assert [each["name"] for each in found["networks"]] == ["first", "second"]
    first = found["networks"][0]
    assert ["<unk>", *first["tokens"]] == vocab.idx_to_token
    assert (first["V"], first["h"]) == (len(vocab), model.num_hiddens)
    texts = [json.loads(w.string) for w in parsed(shown).select(".weights")]
    assert texts == [encode(model.params)] * 2


def test_the_output_holds_all_that_it_needs(model, vocab):
    page = parsed(playground(model, vocab))
    (script,) = page.select("script.late")
    assert "AGFzbQ" in script.string  # the kernel, in base64
    assert not re.search(r"^(import|export) ", script.string, re.M)
    assert "http" not in re.sub(r"http://www\.w3\.org", "", script.string)
    assert page.select_one(".fallback").text.endswith("by JavaScript.")


def test_data_may_hold_what_ends_a_script():
    text = as_json({"text": "</script><b>é"})
    assert "<" not in text and "é" in text
    assert json.loads(text) == {"text": "</script><b>é"}


def test_it_says_in_a_line_what_it_is(model, vocab):
    shown = playground(model, vocab, others={"another": (model, vocab)})
    assert repr(shown) == (
        "A playground for the network and another, in a browser"
    )
    assert repr(lab()) == "A training, in a browser"


def test_it_is_offered_by_the_package():
    assert "playground" in charrnn.__all__


# What it refuses


def test_a_model_with_other_equations_is_refused(vocab):
    model = RNNModel(nn.GRU(len(vocab), 8), len(vocab))
    with pytest.raises(ValueError, match="the equations of rnn"):
        playground(model, vocab)


def test_a_vocabulary_of_words_is_refused(model):
    words = Vocab([f"w{i}" for i in range(model.vocab_size - 1)])
    with pytest.raises(ValueError, match="a single character"):
        playground(model, words)


def test_a_model_whose_training_diverged_is_refused(model, vocab):
    with torch.no_grad():
        model.params[1][0, 0] = torch.nan
    with pytest.raises(ValueError, match="has its training diverged"):
        playground(model, vocab)


def test_two_networks_of_one_name_are_refused(model, vocab):
    with pytest.raises(ValueError, match="two networks are named 'it'"):
        playground(model, vocab, name="it", others={"it": (model, vocab)})


def test_an_experiment_with_an_unknown_network_is_refused(model, vocab):
    wrong = Experiment("A title", "Look.", text="a", network="another")
    with pytest.raises(ValueError, match="'another', and there are the net"):
        playground(model, vocab, experiments=[wrong])


# The lab


def test_the_lab_reads_the_opening_of_the_novel():
    found = data(lab(3000))
    text = clean(read_text())
    assert found["opening"] == text[:3000]
    assert ["<unk>", *found["tokens"]] == Vocab(text).idx_to_token


def test_a_text_too_short_for_the_lab_is_refused():
    with pytest.raises(ValueError, match="the text is too short"):
        lab(2000)


def test_the_longest_text_that_the_lab_needs_is_that_of_its_script():
    (rows,) = re.findall(
        r"batchSize: (\d+)", (FOLDER / "trainings.mjs").read_text("utf-8")
    )
    (steps,) = re.findall(
        r"numSteps: \{.* (\d+): ", (FOLDER / "lab.mjs").read_text("utf-8")
    )
    assert (int(rows), int(steps)) == (BATCH_SIZE, LONGEST)


def test_the_lab_begins_at_the_settings_of_the_chapter():
    assert data(lab())["opening"] == clean(read_text())[:10000]
