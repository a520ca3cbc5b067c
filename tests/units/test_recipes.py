"""Recipes: trained once, found again, never from a bad file."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from filelock import Timeout
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from shared.tools import ctrl_c

from charrnn import recipes
from charrnn.corpus import clean, read_text, rows
from charrnn.recipes import Recipe, describe_origin, load_or_train
from charrnn.training import DivergenceError, History, evaluate

TINY = Recipe("tiny", num_hiddens=8, num_epochs=2)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("CHARRNN_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def model_file(recipe):
    return recipes.model_file(recipe, describe_origin(recipe))


def load(recipe):
    return recipes.load(recipe, model_file(recipe), describe_origin(recipe))


def save(recipe, trained):
    model_file(recipe).parent.mkdir(exist_ok=True)
    recipes.save(trained, model_file(recipe), describe_origin(recipe))


def assert_same(first, second):
    assert first.history == second.history
    assert first.vocab.idx_to_token == second.vocab.idx_to_token
    for p, q in zip(first.model.params, second.model.params, strict=True):
        assert torch.equal(p, q)
        assert p.requires_grad and q.requires_grad


def test_a_recipe_is_frozen_and_checked():
    with pytest.raises(FrozenInstanceError):
        TINY.seed = 1
    with pytest.raises(ValueError, match="must be a Python identifier"):
        Recipe("../tiny")
    with pytest.raises(ValueError, match="'sgd' or 'adam', not 'sdg'"):
        Recipe("tiny", updater="sdg")
    with pytest.raises(ValueError, match="cosine needs the updater 'adam'"):
        Recipe("tiny", cosine=True)
    with pytest.raises(ValueError, match="nothing is left to hold out"):
        Recipe("tiny", max_tokens=-1, held_out=1000)


def test_the_recipes_of_the_chapter_have_their_own_names():
    assert list(recipes.RECIPES)[:2] == ["sequential", "random"]
    for name, recipe in recipes.RECIPES.items():
        assert recipe.name == name


def test_training_is_repeatable_and_leaves_the_random_numbers_alone():
    before = torch.get_rng_state()
    first = recipes.train(TINY)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert_same_but_speed(first, recipes.train(TINY))


def assert_same_but_speed(first, second):
    second.history.tokens_per_sec = first.history.tokens_per_sec
    assert_same(first, second)


def test_training_follows_the_recipe():
    first = recipes.train(TINY)
    assert len(first.history) == 2 and first.history.theta == 1
    assert first.model.num_hiddens == 8
    for change in (
        {"seed": 1},
        {"use_random_iter": True},
        {"max_tokens": 5000},
        {"batch_size": 16},
        {"num_steps": 20},
        {"updater": "adam", "lr": 0.01},
        {"updater": "adam", "lr": 0.01, "cosine": True},
        {"lr": 0.5},
        {"theta": 0.01},
    ):
        other = recipes.train(replace(TINY, **change))
        assert other.history.perplexity != first.history.perplexity


def test_the_learning_rate_falls_along_a_cosine(monkeypatch):
    rates = []
    step = torch.optim.Adam.step

    def note(self):
        rates.append(self.param_groups[0]["lr"])
        step(self)

    monkeypatch.setattr(torch.optim.Adam, "step", note)
    adam = replace(TINY, updater="adam", lr=0.1, num_epochs=4)
    recipes.train(adam)
    assert set(rates) == {0.1}
    rates.clear()
    recipes.train(replace(adam, cosine=True))
    per_epoch = torch.tensor(rates).reshape(4, -1)
    expected = 0.05 * (1 + torch.cos(torch.pi * torch.arange(4) / 4))
    assert torch.allclose(per_epoch, expected[:, None].expand_as(per_epoch))


def test_held_out_text_is_measured_and_not_trained_on(monkeypatch):
    monkeypatch.setattr(recipes, "MEASURED", 2)
    plain = replace(TINY, num_epochs=5)
    trained = recipes.train(replace(plain, held_out=2000))
    assert_same_but_speed(
        recipes.train(plain),
        trained._replace(history=replace(trained.history, held_out=[])),
    )
    epochs, values = zip(*trained.history.held_out, strict=True)
    assert epochs == (2, 4)
    two = recipes.train(replace(plain, num_epochs=2))
    text = clean(read_text())[10000:12000]
    indices = torch.tensor(two.vocab[list(text)])
    assert evaluate(two.model, *rows(indices, 32)) == values[0]


def test_a_history_comes_back_from_its_file_as_it_was(monkeypatch):
    monkeypatch.setattr(recipes, "MEASURED", 1)
    recipe = replace(TINY, held_out=2000)
    assert_same(load_or_train(recipe), load_or_train(recipe))


def test_a_training_that_diverges_is_refused_or_kept():
    wild = replace(TINY, lr=1e38, theta=1e30, num_epochs=3)
    with pytest.raises(DivergenceError, match="epoch .*, step .*") as caught:
        load_or_train(wild)
    kept = load_or_train(replace(wild, may_diverge=True))
    assert len(kept.history) == len(caught.value.history) < 3
    assert_same(kept, load_or_train(replace(wild, may_diverge=True)))


def test_a_training_worse_than_guessing_ends_soon():
    wild = replace(TINY, lr=3e3, theta=1e9, num_epochs=300, may_diverge=True)
    history = recipes.train(wild).history
    guesses = 28  # symbols
    assert len(history) == recipes.HOPELESS
    assert min(history.perplexity) > guesses
    kept = load_or_train(wild)
    assert len(kept.history) == recipes.HOPELESS  # done, not interrupted


def test_only_a_training_that_may_diverge_ends_early():
    wild = replace(TINY, lr=3e3, theta=1e9, num_epochs=25)
    assert len(recipes.train(wild).history) == 25


def test_one_bad_epoch_is_no_end(monkeypatch):
    monkeypatch.setattr(recipes, "HOPELESS", 3)
    recipe = replace(TINY, may_diverge=True)
    vocab = load_or_train(TINY).vocab
    for perplexity, expected in [
        ([99.0, 99.0], False),
        ([99.0, 99.0, 9.0], False),
        ([9.0, 99.0, 99.0], False),
        ([9.0, 99.0, 99.0, 99.0], True),
    ]:
        history = History(1.0, perplexity)
        assert recipes.is_hopeless(recipe, history, vocab) is expected
        assert not recipes.is_hopeless(TINY, history, vocab)


def test_trainings_leave_the_arithmetic_as_it_was():
    before = torch.get_float32_matmul_precision()
    recipes.train(TINY)
    assert torch.get_float32_matmul_precision() == before
    tiny = torch.tensor([1e-40])
    assert (tiny * 1).item() > 0


def test_trainings_take_the_fastest_arithmetic_and_no_denormals(monkeypatch):
    seen = []

    def look(*args, **options):
        tiny = torch.tensor([1e-40])
        seen.append((tiny * 1).item())
        seen.append(torch.get_float32_matmul_precision())
        return train_rnn(*args, **options)

    train_rnn = recipes.train_rnn
    monkeypatch.setattr(recipes, "train_rnn", look)
    monkeypatch.setattr(recipes, "fastest_precision", lambda: "high")
    recipes.train(TINY)
    assert seen == [0.0, "high"]


def test_the_precision_is_chosen_once(monkeypatch, folder):
    monkeypatch.setattr(recipes, "fastest_precision", lambda: "high")
    assert recipes.chosen_precision() == "high"
    file = model_file(TINY)
    monkeypatch.setattr(recipes, "fastest_precision", lambda: "medium")
    assert recipes.chosen_precision() == "high" and model_file(TINY) == file
    monkeypatch.setattr(recipes, "describe_processor", lambda: "another AVX2")
    assert recipes.chosen_precision() == "medium"
    (folder / file.name).parent.joinpath("nothing").touch()
    assert not list(folder.glob("*.part"))


def test_the_file_tells_processor_and_precision():
    load_or_train(TINY)
    with safe_open(model_file(TINY), framework="pt") as file:
        facts = file.metadata()
    assert facts["processor"] == recipes.describe_processor()
    assert facts["precision"] == recipes.chosen_precision()


def test_the_whole_novel_is_cut_at_nine_tenths():
    text = clean(read_text())
    assert recipes.NOVEL.max_tokens == len(text) * 9 // 10


def test_a_model_of_other_sizes_is_found_again(monkeypatch):
    recipe = replace(TINY, batch_size=300, max_tokens=-1, num_epochs=1)
    trained = load_or_train(recipe)
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(recipe))


def test_a_model_on_disk_is_the_one_that_was_trained(monkeypatch):
    trained = load_or_train(TINY)
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(TINY))
    outputs = []
    for model in (trained.model, load(TINY).model):
        X = torch.arange(10).reshape(1, 10)
        outputs.append(model(X, model.begin_state(1))[0])
    assert torch.equal(*outputs)


def test_another_recipe_code_text_or_version_is_another_file(
    monkeypatch, tmp_path
):
    text = tmp_path / "text.txt"
    text.write_text("another text", "utf-8")
    files = {
        model_file(TINY),
        model_file(replace(TINY, seed=1)),
        model_file(replace(TINY, path=str(text))),
    }
    for content in ("one text", "other text"):
        text.write_text(content, "utf-8")
        with monkeypatch.context() as context:
            context.setenv("CHARRNN_CORPUS", str(text))
            files.add(model_file(TINY))
    for place, name, value in [
        (recipes, "CODE", "other code"),
        (torch, "__version__", "99.0"),
        (recipes.platform, "python_version", lambda: "4.0"),
        (recipes, "describe_processor", lambda: "another AVX512"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            files.add(model_file(TINY))
    assert len(files) == 9
    assert len({file.parent for file in files}) == 1


def test_the_code_is_that_of_all_modules_a_training_runs(monkeypatch):
    monkeypatch.setattr("charrnn.training.predict_rnn", None)
    recipes.train(TINY)  # so it does not matter
    code = (
        "import sys; from charrnn import recipes; "
        "print(*[m for m in sys.modules if m.startswith('charrnn')])"
    )
    modules = run_python(code).stdout.split()
    assert "charrnn.training" in modules
    folder = recipes.Path(recipes.__file__).parent
    names = {name.partition(".")[2] for name in modules}
    names -= {"", "prediction", "decoding"}
    sources = [
        folder / f"{name}.py"
        for name in (
            "arithmetic",
            "corpus",
            "model",
            "bptt",
            "training",
            "recipes",
        )
    ]
    assert names == {source.stem for source in sources}
    content = b"".join(source.read_bytes() for source in sources)
    assert recipes.hashlib.sha256(content).hexdigest() == recipes.CODE


def test_a_text_that_changes_meanwhile_does_not_change_the_file(
    monkeypatch, tmp_path
):
    text = tmp_path / "text.txt"
    text.write_text("the first text " * 1000, "utf-8")
    recipe = replace(TINY, path=str(text))
    first = model_file(recipe)
    train = recipes.train

    def train_and_edit(recipe):
        trained = train(recipe)
        text.write_text("the second text " * 1000, "utf-8")
        return trained

    monkeypatch.setattr(recipes, "train", train_and_edit)
    load_or_train(recipe)
    assert first.exists() and not model_file(recipe).exists()


def test_the_file_is_plain_safetensors(folder):
    load_or_train(TINY)
    with safe_open(model_file(TINY), framework="pt") as file:
        assert set(file.keys()) == set(recipes.PARAMS)
        assert file.get_tensor("W_hh").shape == (8, 8)
        assert '"name": "tiny"' in file.metadata()["recipe"]
    assert {path.suffix for path in folder.iterdir()} == {
        ".safetensors", ".lock", ".txt",
    }  # fmt: skip


def spoil(file, how):
    data = file.read_bytes()
    if how == "empty":
        file.write_bytes(b"")
    elif how == "truncated":
        file.write_bytes(data[:-100])
    elif how == "no safetensors":
        file.write_bytes(b"PK\x03\x04" + data)
    elif how == "another's":
        save_file({name: torch.zeros(2) for name in recipes.PARAMS}, file)
    elif how == "of other types":
        tensors = {n: torch.zeros(2).bfloat16() for n in recipes.PARAMS}
        save_file(tensors, file)


@pytest.mark.parametrize(
    "how",
    ["empty", "truncated", "no safetensors", "another's", "of other types"],
)
def test_a_bad_file_is_discarded_with_a_message(how):
    trained = load_or_train(TINY)
    file = model_file(TINY)
    spoil(file, how)
    with pytest.warns(UserWarning, match="is discarded, so that the model"):
        again = load_or_train(TINY)
    assert_same_but_speed(trained, again)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same_but_speed(trained, load_or_train(TINY))


def test_the_file_of_another_recipe_is_discarded():
    other = replace(TINY, seed=1)
    load_or_train(other)
    os.replace(model_file(other), model_file(TINY))
    with pytest.warns(UserWarning, match="made in another way"):
        assert load(TINY) is None
    assert not model_file(TINY).exists()


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_flipped_bit_is_noticed(data):
    load_or_train(TINY)
    file = model_file(TINY)
    content = bytearray(file.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))
    good = file.read_bytes()
    file.write_bytes(content)
    with pytest.warns(UserWarning, match="discarded"):
        assert load(TINY) is None
    file.write_bytes(good)


def test_nothing_is_kept_of_an_interrupted_training(monkeypatch, folder):
    calls = []

    def interrupt(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return 20.0, 1000.0

    monkeypatch.setattr("charrnn.training.train_epoch_rnn", interrupt)
    monkeypatch.setattr(
        "charrnn.training.History.append",
        lambda self, perplexity, norms, speed: self.perplexity.append(1),
    )
    with pytest.raises(KeyboardInterrupt):
        load_or_train(TINY)
    assert not list(folder.glob("*.safetensors"))


def test_a_crash_while_writing_leaves_no_model(monkeypatch, folder):
    trained = recipes.train(TINY)
    folder.mkdir(exist_ok=True)

    def crash(tensors, file, metadata):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(recipes, "save_file", crash)
    with pytest.raises(OSError, match="no space"):
        save(TINY, trained)
    assert load(TINY) is None
    monkeypatch.undo()


def test_a_model_that_cannot_be_kept_can_be_used(monkeypatch, folder):
    def refuse(tensors, file, metadata):
        raise SafetensorError("I/O error: no space left on device")

    monkeypatch.setattr(recipes, "save_file", refuse)
    with pytest.warns(UserWarning, match="not kept in .*: .*no space left"):
        trained = load_or_train(TINY)
    assert len(trained.history) == 2
    assert not list(folder.glob("*.safetensors"))


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 200 kB, which a model does not fit on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can mount a disk, on Linux")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_on_a_full_disk_the_model_is_used(small_disk, monkeypatch):
    monkeypatch.setenv("CHARRNN_MODELS", str(small_disk))
    large = replace(TINY, num_hiddens=256, num_epochs=1)
    with pytest.warns(UserWarning, match="can be used now, but not kept"):
        assert len(load_or_train(large).history) == 1
    assert not list(small_disk.glob("*.part"))


def test_on_a_read_only_disk_the_model_is_used(small_disk, monkeypatch):
    monkeypatch.setenv("CHARRNN_MODELS", str(small_disk))
    trained = load_or_train(TINY)
    command = ["mount", "-o", "remount,ro", small_disk]
    subprocess.run(command, check=True)
    assert_same(trained, load_or_train(TINY))
    with pytest.warns(UserWarning, match="can be used now, but not kept"):
        load_or_train(replace(TINY, seed=1))


# Models of another machine


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Train a model on another machine; trust the folder that it is in."""
    folder = tmp_path / "elsewhere"
    with monkeypatch.context() as context:
        context.setenv("CHARRNN_MODELS", str(folder))
        context.setattr(recipes, "describe_processor", lambda: "another AVX2")
        context.setattr(recipes.platform, "python_version", lambda: "4.0")
        trained = load_or_train(TINY)
    return folder, trained


def test_a_model_of_another_machine_is_not_used_by_itself(
    elsewhere, folder, monkeypatch
):
    made, _ = elsewhere
    monkeypatch.setenv("CHARRNN_MODELS", str(made))
    load_or_train(TINY)
    assert len(list(made.glob("tiny-*.safetensors"))) == 2


def test_a_model_of_another_machine_is_used_on_request(
    elsewhere, folder, monkeypatch, capsys
):
    made, trained = elsewhere
    before = {file: file.read_bytes() for file in made.iterdir()}
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(TINY))
    recipes.train_side_by_side([TINY])
    printed = capsys.readouterr().out
    assert printed.startswith("0 of 1 models to train\n")
    assert f"models are trusted, from {made}" in printed
    assert not list(folder.glob("*.safetensors"))
    assert {file: file.read_bytes() for file in made.iterdir()} == before


@pytest.mark.parametrize("change", [{"seed": 1}, {"name": "other"}])
def test_models_of_two_machines_are_not_mixed_silently(
    elsewhere, monkeypatch, change
):
    made, trained = elsewhere
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    other = replace(TINY, **change)
    with pytest.warns(UserWarning, match="it is trained on this machine"):
        assert_same_but_speed(load_or_train(other), recipes.train(other))
    assert_same(trained, load_or_train(TINY))


def test_a_trusted_model_of_other_code_is_not_used(elsewhere, monkeypatch):
    made, _ = elsewhere
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    monkeypatch.setattr(recipes, "CODE", "other code")
    with pytest.warns(UserWarning, match="made by this code"):
        load_or_train(TINY)


def test_a_damaged_model_is_not_trusted_and_stays(elsewhere, monkeypatch):
    made, _ = elsewhere
    (file,) = made.glob("*.safetensors")
    spoil(file, "of other types")
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    with pytest.raises(ValueError, match="not to be trusted: .* copy it"):
        load_or_train(TINY)
    assert file.exists()


def test_a_file_that_cannot_be_read_is_not_discarded(monkeypatch):
    load_or_train(TINY)

    def deny(*args, **kwargs):
        raise PermissionError("not yours")

    with monkeypatch.context() as context:
        context.setattr(recipes, "safe_open", deny)
        with pytest.raises(PermissionError):
            load_or_train(TINY)
    assert model_file(TINY).exists()


def test_old_files_of_a_recipe_are_removed(monkeypatch):
    other = replace(TINY, name="other")
    load_or_train(other)
    files = []
    for state in range(recipes.KEPT + 2):
        with monkeypatch.context() as context:
            context.setattr(recipes, "CODE", f"code {state}")
            load_or_train(TINY)
            files.append(model_file(TINY))
        os.utime(files[-1], (state, state))
    load_or_train(TINY)
    kept = [file for file in files if file.exists()]
    assert kept == files[-recipes.KEPT + 1 :]
    assert model_file(TINY).exists() and model_file(other).exists()


def run_python(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8",
        env=os.environ | env,
    )  # fmt: skip


def test_processes_that_want_one_model_train_it_once(folder):
    code = textwrap.dedent("""
        from charrnn import recipes
        train = recipes.train
        def train_and_say_so(recipe):
            print("trained")
            return train(recipe)
        recipes.train = train_and_say_so
        recipe = recipes.Recipe("tiny", num_hiddens=8, num_epochs=30)
        trained = recipes.load_or_train(recipe)
        print(sum(p.sum().item() for p in trained.model.params))
    """)
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run_python, [code] * 3))
    assert [result.stderr for result in results] == [""] * 3
    printed = [result.stdout.split() for result in results]
    assert sum(words.count("trained") for words in printed) == 1
    assert len({words[-1] for words in printed}) == 1


def test_the_command_trains_what_is_missing(folder, monkeypatch, capfd):
    monkeypatch.setattr(
        recipes, "RECIPES", {"tiny": TINY, "more": replace(TINY, name="more")}
    )
    load_or_train(TINY)
    capfd.readouterr()
    monkeypatch.setattr(sys, "argv", ["recipes"])
    recipes.main()
    printed = capfd.readouterr().out
    assert printed.startswith("1 of 2 models to train\n")
    assert "training more: " in printed and "training tiny" not in printed
    assert load(replace(TINY, name="more")) is not None
    assert printed.endswith("training more: done\n")
    recipes.main()
    assert capfd.readouterr().out == "0 of 2 models to train\n"


def test_the_command_says_in_one_line_what_is_wrong(
    monkeypatch, capfd, tmp_path
):
    monkeypatch.setattr(recipes, "RECIPES", {"tiny": TINY})
    monkeypatch.setattr(sys, "argv", ["recipes"])
    text = tmp_path / "text.txt"
    monkeypatch.setenv("CHARRNN_CORPUS", str(text))
    with pytest.raises(SystemExit, match="1"):
        recipes.main()
    printed = capfd.readouterr()
    assert printed.out == "" and "Traceback" not in printed.err
    assert str(text) in printed.err
    text.write_text("too short", "utf-8")
    with pytest.raises(SystemExit, match="1"):
        recipes.main()
    *_, cause, last = capfd.readouterr().err.splitlines()
    assert "the text is too short" in cause
    assert last == "training tiny: failed, see above"


@ctrl_c
def test_an_interrupted_command_says_so_and_leaves_no_process(folder):
    code = textwrap.dedent("""
        import os
        from dataclasses import replace
        from charrnn import recipes
        os.cpu_count = lambda: 2
        long = recipes.Recipe("long", num_epochs=10_000)
        names = ["one", "two", "three"]
        recipes.RECIPES = {n: replace(long, name=n) for n in names}
        recipes.main()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", code], encoding="utf-8", start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "3 of 3 models to train\n"
        assert "training" in process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "interrupted: the models that are done are kept\n"
    assert "three" not in printed
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_model_to_be_trained_is_waited_for(monkeypatch):
    both = [TINY, replace(TINY, seed=1)]
    to_do = list(both)

    def train_apart(recipe, claimed):
        for other in to_do:
            with pytest.raises(Timeout):
                recipes.lock(other).acquire(timeout=0)
        to_do.remove(recipe)
        claimed.release()

    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(recipes, "train_apart", train_apart)
    recipes.train_side_by_side(both)
    assert to_do == []


def test_the_command_knows_its_recipes(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["recipes", "sequentail"])
    with pytest.raises(SystemExit):
        recipes.main()
    assert "no recipe is named sequentail" in capsys.readouterr().err


def test_trainings_run_side_by_side(monkeypatch):
    meeting = threading.Barrier(2, timeout=60)  # broken if one runs alone
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(recipes, "train_apart", lambda *_: meeting.wait())
    recipes.train_side_by_side([TINY, replace(TINY, seed=1)])


def test_a_training_that_fails_is_an_error_when_the_others_are_done(capfd):
    bad = replace(TINY, name="bad", max_tokens=10)
    others = [replace(TINY, name=name) for name in ("one", "two", "three")]
    with pytest.raises(ChildProcessError, match="training bad: failed"):
        recipes.train_side_by_side([bad, *others])
    assert "the text is too short" in capfd.readouterr().err
    assert all(load(other) is not None for other in others)


def test_models_lie_in_the_build_of_a_checkout(monkeypatch, tmp_path):
    assert recipes.models_folder() == tmp_path / "models"
    monkeypatch.delenv("CHARRNN_MODELS")
    root = recipes.Path(recipes.__file__).parents[1]
    assert recipes.models_folder() == root / "_build" / "models"
    installed = tmp_path / "site-packages" / "charrnn" / "recipes.py"
    monkeypatch.setattr(recipes, "__file__", str(installed))
    assert "charrnn" in recipes.models_folder().parts
    assert recipes.models_folder() != root / "_build" / "models"


def test_the_text_read_is_the_novel_by_default():
    origin = recipes.describe_origin(TINY)
    text = read_text().encode()
    assert origin["text"] == recipes.hashlib.sha256(text).hexdigest()
