"""Numbers in the prose that no cell prints, and why they may stand there.

For each page: a phrase, as it reads on the page, and a reason. A formula
or a piece of code within the prose reads as ``·``.
"""

SETTING = "a hyperparameter, or a size that the text or a cell chooses"
DEFINED = "true by definition or by arithmetic"
CITED = "from the source cited"


class Asserted(str):
    """Be a piece of a cell of the page, in which the statement is asserted."""


# Counts of what the text itself sets out: two strategies, three ways.
COUNTED = """
biases cases characters classic columns curves different equations figures
functions full gradients kinds letters maps matrices minibatches networks
numbers panels pages paragraphs perplexities prefixes questions ways
recipes rows samples seeds sections shapes standard steps strategies symbols
subsequences tensors texts trainings words
"""

ALLOWED = {
    "index": {},
}
