"""The game in which a reader predicts held-out text."""

import json
import math

import pytest
import torch
from playwright.sync_api import expect
from shared import checkers
from shared.site import SITE, page

from bookkit.networks import load_or_train
from bookkit.recipes import NOVEL, load_text
from charrnn.ngrams import KneserNey

pytestmark = pytest.mark.usefixtures("built")
GAME = ".network-widget.game"


@pytest.fixture
def data():
    return json.loads(page("book/ladder").select_one(f"{GAME} .data").string)


def test_the_models_paid_what_they_pay_when_they_read_again(data):
    model, _, vocab = load_or_train(NOVEL)
    text, split = load_text(NOVEL), NOVEL.max_tokens
    table, symbols = KneserNey(text[:split], 7), vocab[list(text[split:])]
    with torch.inference_mode():
        O, _ = model(torch.tensor([symbols]), model.begin_state(1))
    log_p = O.double().log_softmax(1) / math.log(2)
    for passage, *rows in zip(data["texts"], *data["models"], strict=True):
        first = text.index(passage, split) + data["shown"]
        for at, (ours, other) in enumerate(zip(*rows, strict=True), first):
            bits = -log_p[at - split - 1, symbols[at - split]].item()
            p = table.probability(text[at], text[at - 6 : at])
            assert ours[1] == pytest.approx(bits, abs=0.0051)
            assert other[1] == pytest.approx(-math.log2(p), abs=0.0051)


@pytest.mark.usefixtures("tools")
def test_keys_are_enough_and_no_letter_is_told_too_early(open_tab, data):
    tab = open_tab("book/ladder", 390, "dark", SITE.as_uri())
    tab.locator(GAME).first.scroll_into_view_if_needed()
    place, press = tab.locator(f"{GAME} .interactive"), tab.keyboard.press
    place.locator("[tabindex='0']").focus()
    for key in ["Home", "ArrowRight", "Space"]:
        press(key)
    focused = place.locator(":focus")
    expect(focused).to_have_accessible_name("b, 1 coin")
    for key in ["Backspace", "End"]:
        press(key)
    expect(focused).to_have_accessible_name("space")
    text, shown = data["texts"][0], data["shown"]
    for at in range(shown, shown + 12):
        told = place.locator(".transcript").text_content().removeprefix("… ")
        assert text[:at].endswith(told.replace("␣", " "))
        press("Space" if text[at] == " " else text[at])
        press("Enter")
    counts = data["counts"]
    paid = [
        -math.log2(0.096 + 0.904 * counts[letter] / sum(counts.values()))
        for letter in text[shown : shown + 12]
    ]
    score = (
        f"Letters: 12. Bits per letter, with coins: you {sum(paid) / 12:.2f}"
    )
    expect(place).to_contain_text(score)
    expect(place.get_by_role("status")).to_contain_text("It was")
    assert checkers.axe_violations(tab, GAME) == []
