"""The display of the package's own source."""

import ast
import inspect
import textwrap

import pytest

from charrnn import corpus, get_params, model
from charrnn.display import Source, brief_source


@pytest.mark.parametrize("shown", [get_params, model.RNNModelScratch, corpus])
def test_a_listing_is_the_source_but_for_the_end_of_docstrings(shown):
    source = textwrap.dedent(inspect.getsource(shown))
    trees = ast.parse(source), ast.parse(brief_source(shown))
    for whole, brief in zip(*map(ast.walk, trees), strict=True):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(whole, documented) and ast.get_docstring(whole):
            first = ast.get_docstring(whole).splitlines()[0]
            assert ast.get_docstring(brief) == first
            del whole.body[0], brief.body[0]
    assert ast.dump(trees[0]) == ast.dump(trees[1])


def test_a_listing_names_its_file():
    first, _, rest = Source(get_params)._repr_markdown_().partition("\n")
    assert first == "`charrnn/model.py`" and "0.01 * torch.randn" in rest
    assert Source(corpus)._repr_markdown_().startswith("`charrnn/corpus.py`")


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ([corpus.Vocab.__init__, corpus.Vocab.to_tokens], ", class `Vocab`"),
        ([corpus.Vocab], ""),
        ([corpus.check_sizes, corpus.Minibatches.__init__], ""),
    ],
)
def test_a_listing_of_methods_names_their_class(shown, line):
    first, _, _ = Source(*shown)._repr_markdown_().partition("\n")
    assert first == f"`charrnn/corpus.py`{line}"
