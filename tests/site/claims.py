"""Numbers in the prose that no cell prints, and why they may stand there.

For each page: a phrase, as it reads on the page, and a reason. A formula or
a piece of code within the prose reads as ``·`` with the figures in it, what
is left out, such as a listing or a reference, as ``¶``.
"""

SETTING = "chosen: a hyperparameter, or a size that a cell or the text sets"
DEFINED = "true by definition, by arithmetic, or by what is in sight"
CITED = "from the source cited"
RERUN = "rounded up from a recorded run, as test_records.py checks"


class Asserted(str):
    """Be a piece of an assertion, or of a finding, of the page."""


# Counts of what the text itself sets out: two strategies, three ways.
COUNTED = """
biases cases cautions characters classic columns comparisons curves details
different equations explanations figures full functions gradients guesses kinds
letters maps matrices meanings minibatches networks numbers pages panels
paragraphs perplexities precautions prefixes properties questions recipes rows
samples sections seeds shapes standard steps strategies subsequences symbols
tensors texts things trainings ways words
"""

ALLOWED = {
    "corpus": {
        "Index 0 is kept": DEFINED,
        "does not know becomes 0": DEFINED,
        "first 10,000 characters": SETTING,
        "offset between 0 and": SETTING,
        "minibatches of 32 subsequences of 35 characters": SETTING,
        "more than a hundred times larger": Asserted(
            "len(words) > 100 * len(vocab)"
        ),
        "the 27 symbols": Asserted(
            'set(text) == set(" abcdefghijklmnopqrstuvwxyz")'
        ),
        "first half of the text": DEFINED,
        "second half. Under": DEFINED,
        "taken twice": DEFINED,
    },
    "one_hot": {
        "index 1 and the letter e index 2": Asserted(
            'vocab[[" ", "e"]] == [1, 2]'
        ),
        "twice a space": DEFINED,
        "is 1, the others are 0": DEFINED,
        "index 0, and the second is e, index 2": DEFINED,
        "one 1 per column, and never two": Asserted(
            "(vectors.sum(dim=1) == 1).all()"
        ),
        "28 symbols": Asserted("inputs.shape == (5, 2, 28)"),
        "position of the 1 is the index": DEFINED,
        "a single 1": DEFINED,
        "32 rows and 35 steps? ·35·32·28: step first": SETTING,
        "the 28 tokens": Asserted("inputs.shape == (5, 2, 28)"),
    },
    "parameters": {
        "mean 0 and standard deviation 0.01": SETTING,
        "beyond ·0.99": SETTING,
        "With ·0.01 no unit": Asserted("saturated[0.01] == 0"),
        "Double the number": SETTING,
        "doubles, as it has": DEFINED,
        "grows by nearly four": Asserted(
            "3.5 < count_params(V, 2048) / count_params(V, 1024) < 4"
        ),
        "the value 0.999": SETTING,
        "·0.999, about two thousandths": DEFINED,
    },
    "notation": {
        "bfloat16": DEFINED,
        "half the bits of single precision": DEFINED,
        "less than three decimal digits": DEFINED,
        "counted once, and twice": DEFINED,
        "a 1 at the index": DEFINED,
        "near to ·-1 or ·1": DEFINED,
        "below 1 it sharpens": DEFINED,
        "above 1 it flattens": DEFINED,
    },
    "model": {
        "between ·-1 and ·1": DEFINED,
        "LSTM [¶] has two": CITED,
        "step 1 for all rows": DEFINED,
        "step 2, and so on": DEFINED,
        "batch size 1 would": DEFINED,
        "reading five, and five more": SETTING,
        "in double precision": DEFINED,
        "28 tokens, and the network 10 hidden units": SETTING,
        "with ·0.9": SETTING,
        "a million characters": SETTING,
        "H_0 to H_1, to H_2 and to H_3": DEFINED,
    },
    "prediction": {
        "last character or two": DEFINED,
    },
    "bptt": {
        "the first is ·-1 if": DEFINED,
        "With two total": DEFINED,
        "With two immediate": DEFINED,
        "in double precision": DEFINED,
        "The slopes are at most 1": DEFINED,
        "three spectral radii": SETTING,
        "five times as large": SETTING,
        "so close to 1 that": Asserted('slope["initial"] > 0.99'),
        "ten times as large": SETTING,
        "half as many hidden units": SETTING,
        "a spectral norm far above 1": Asserted(
            "ascending(3, s_known), ascending(3, s_novel)"
        ),
        "four fates": DEFINED,
        "well below 1 on average, work": Asserted('slope["large"] < 0.7'),
        "· is well above 1. Yet": Asserted(
            'ascending(math.log(1.5), math.log(radius["novel"]))'
        ),
        "well below 1 on average, too": Asserted(
            'ascending(slope["novel"], 0.7)'
        ),
        "begin at step 1": DEFINED,
        "the third minibatch": SETTING,
        "1 more, and": SETTING,
        "the slope is 1 where": DEFINED,
        "positive, and 0 elsewhere": DEFINED,
        "slope of exactly 1": DEFINED,
        "from 1 to ·": SETTING,
        "still close to 1": Asserted('rms["sigma 0.044"] > 0.9'),
        "spectral norm is 3": SETTING,
        "slopes below 1": DEFINED,
        "spectral norm below 1": DEFINED,
        "after 0 to 35 products": SETTING,
        "spectral radius 0.8": SETTING,
        "the one for 1 stays": Asserted("max(level) < 10"),
        "the one for 1.25": SETTING,
    },
    "training": {
        "We train the network twice": DEFINED,
        "set ·50.": SETTING,
        "probability 1. The perplexity is 1.": DEFINED,
        "probability 0.": DEFINED,
        "comes close to 1:": Asserted(
            "ascending(curve[-100:].median(), math.log(1.1))"
        ),
        "probability 1/2 for one half": SETTING,
        "1/8 for the other half": SETTING,
        "below 5, the mean of 2 and 8": DEFINED,
        "exactly 4, the geometric mean of 2 and 8": DEFINED,
        "of 70 characters in place of 35": SETTING,
        "Half as many updates": Asserted(
            "outcome[35][0] == 2 * outcome[70][0]"
        ),
        "perplexity of 28 here": Asserted("V == 28"),
        "over 500 epochs": SETTING,
        "from above 20 to nearly 1, with": Asserted(
            "ascending(20, sequential.perplexity[0])"
        ),
        "from above 20 to well below 2, and stays clearly above 1.": Asserted(
            "ascending(math.log(1.1), other_curve.min())"
        ),
        "threshold 1, later": SETTING,
        "threshold 1 and stays": SETTING,
        "falls to nearly 1.": Asserted(
            "ascending(curve[-100:].median(), math.log(1.1))"
        ),
        "seed 0 also in other": SETTING,
        "next four have": DEFINED,
        "tell seed 0, another seed, and seed 0 in other": SETTING,
        "hundreds of epochs amplify": SETTING,
        "into two groups": CITED,
        "those of two methods": CITED,
    },
    "decoding": {
        "ten thousand characters": SETTING,
        "first nine tenths": SETTING,
        "The last tenth": SETTING,
        "power exceeds 1": DEFINED,
        "moves away from 1": DEFINED,
        "moves towards 1": DEFINED,
        "temperature above 0": DEFINED,
        "at temperature 1": SETTING,
        "At temperature 1": SETTING,
        "4-grams": DEFINED,
        "second half. ¶": DEFINED,
        "not exactly 1": DEFINED,
        "the nine tenths": SETTING,
        "p = 1, and top-k": DEFINED,
        "and temperature 1.": DEFINED,
        "Temperature 0.5": SETTING,
        "temperature 1.5": SETTING,
        "from 0.25 to 2": SETTING,
        "The next three": DEFINED,
    },
    "inside": {
        "five arrays": DEFINED,
        "first nine tenths": SETTING,
        "The last tenth": SETTING,
        "five best guesses": SETTING,
        "It is 1 or −1 if": DEFINED,
        "near 0 if they": DEFINED,
        "never quite 0": DEFINED,
        "the first half": SETTING,
        "on the first half": SETTING,
        "200 such searches": SETTING,
        "ive units on": SETTING,
        "space of 256 dimensions": SETTING,
        "first two principal components": DEFINED,
        "first two right singular vectors": DEFINED,
        "or three, make groups": DEFINED,
        "Two points that": DEFINED,
        "the last two explain": DEFINED,
        "last three more again": DEFINED,
        "trained network is above 1. Do": DEFINED,
        "between −1 and 1": DEFINED,
        "close to 1, and a change shrinks": Asserted(
            "abs(factor / radius - 1) < 0.25"
        ),
        "radius is above 1, and": Asserted("ascending(1, radii[n][1]"),
        "near −1 or 1": DEFINED,
        "slopes near 0": DEFINED,
        "the second half": SETTING,
        "32 different pasts": SETTING,
        "radius is above 1.": Asserted("ascending(1, radii[n][1]"),
        "256 units": SETTING,
        "two lines": DEFINED,
        "three lines": DEFINED,
        "third letters": DEFINED,
    },
    "speed": {
        "These are two floating-point operations": DEFINED,
        "the last two. And it takes": DEFINED,
        "is met three times, the other two five times together: ·10": DEFINED,
        "train for three epochs": SETTING,
        "d2l": DEFINED,
        "about four fifths of the limit": Asserted(
            '0.76 < times(single, peer, "limit") < 0.84'
        ),
        "about half of what is missing": Asserted(
            "0.35 < won / missing < 0.65"
        ),
        "less than a third faster": Asserted(
            'times(single, "limit", "nn.RNN") < 4 / 3'
        ),
        "twice the steps, twice the time": Asserted(
            'abs(slope("num_steps", False) - 1) < 0.15'
        ),
        "Two switches": DEFINED,
        "products of ·32 matrices": DEFINED,
        "a type with half the bits": DEFINED,
        "With ·16 the products": DEFINED,
        "two of these trainings": Asserted(
            'jumps == {"float32": 0, "float32, medium": 1, "bfloat16": 1}'
        ),
        "two processes": DEFINED,
        "64, as many texts": SETTING,
        "two products with their biases": DEFINED,
        "only about half as fast as the products": Asserted(
            '0.4 < gain["ours, greedy / products"] < 0.6'
        ),
        "take half of all operations": SETTING,
        "Half is reached when ·10": DEFINED,
        "Two cores, two trainings to do: two threads": SETTING,
        "four lines": DEFINED,
    },
    "summary": {
        "after 500 epochs": SETTING,
    },
    "clipping": {
        "Two things": DEFINED,
        "two components": DEFINED,
        "the four are separate": SETTING,
        "a factor of a thousand": SETTING,
        "two of its points": DEFINED,
        "the two have one direction": DEFINED,
        "twice as long": Asserted("path[-1], 0.1 * (-2) ** 12"),
        "hree thresholds": SETTING,
        "the threshold: 1, as in the chapter, then 10,": SETTING,
        "Two more trainings": SETTING,
        "all four combinations": SETTING,
        "Two explanations fall": DEFINED,
        "After epoch 100": SETTING,
        "threshold 0.1": SETTING,
        "threshold 10": SETTING,
        "Threshold 10, and no norm above 3": SETTING,
        "threshold 1": SETTING,
        "each fifth": SETTING,
        "first fifth, clipping hardly ever acts": Asserted(
            "ascending(shares[0], 0.05)"
        ),
        "third fifth most": Asserted("ascending(0.5, shares[2])"),
        "At 0.1, almost every step": Asserted(
            "ascending(0.99, share_clipped(tight))"
        ),
        "·12, and ·6.5": SETTING,
        "·25·144·13, so all components are halved": DEFINED,
        "The two no longer": DEFINED,
        "·0.01 end up, started from ·0.1234": SETTING,
        "steps of length 0.01": SETTING,
        "the two do the same": DEFINED,
        "radius theta = 1": SETTING,
        "Three dashed arrows": SETTING,
        "500 epochs, for thresholds 1, 10, and none": SETTING,
        "nearly 1; the other two fall": Asserted(
            "ascending(min(one.perplexity), 1.1)"
        ),
        "the other two jump": Asserted("divergence(none) or math.inf"),
    },
    "state": {
        "Five answers are": DEFINED,
        "other four answers": DEFINED,
        "128 hidden units": SETTING,
        "near the value 1": Asserted("0.8 < rho < 1.2"),
        "one of the two has": DEFINED,
        "Four rules": DEFINED,
        "These are the four": DEFINED,
        "two of them": DEFINED,
        "three tasks": SETTING,
        "pieces of 35 characters": SETTING,
        "the two that": DEFINED,
        "second half of every row": SETTING,
        "three states": SETTING,
        "Position 1 is": DEFINED,
        "32 rows is followed by one of 20": SETTING,
        "first 20": SETTING,
        "the 20 rows": SETTING,
        "60 epochs": SETTING,
        "the two rules": DEFINED,
        "the other three": DEFINED,
    },
    "quality": {
        "a subsequence has 35 characters": SETTING,
        "Both trainings above their floors": DEFINED,
        "two dashed lines": DEFINED,
        "no two places read alike": DEFINED,
        "memoriser would have perplexity 1": DEFINED,
        "which of the two": DEFINED,
        "partitioning reads twice": DEFINED,
        "Three things can be read off": DEFINED,
        "every tenth epoch measured": SETTING,
        "the next 10,000 characters": SETTING,
        "Two cautions": DEFINED,
        "The first nine tenths are for training": SETTING,
        "the last tenth is the test": SETTING,
        "the 27 characters": DEFINED,
        "Two details": DEFINED,
        "the counts 1 and 2": DEFINED,
        "256 hidden units": SETTING,
        "its first nine tenths": SETTING,
        "trains on all nine tenths": SETTING,
        "subsequences of 35 characters": SETTING,
        "bz2": DEFINED,
        "between 0.6 and 1.3 bits per character": CITED,
        "about a hundred passages": CITED,
        "have read nine tenths of one novel": SETTING,
        "the 5-gram on all further pieces of 10,000 characters": SETTING,
        "·70 characters instead of 35": SETTING,
        "After 35 characters the place is known": Asserted(
            'assert losses["random"][-1] < 1e-9'
        ),
        "twice as many characters": DEFINED,
        "the two memorising networks": DEFINED,
        "The network and the 6-gram": SETTING,
        "the first half of the test text": SETTING,
        "on the second half": SETTING,
        "A model has two bits": SETTING,
        "compress 1,000 characters": SETTING,
        "among four equally likely": DEFINED,
        "about ·000 bits, which is 250 bytes": DEFINED,
        "six-gram": SETTING,
    },
}

# What the line under the title says of the time to rerun a page.
TIMES = {
    "corpus": "5 seconds",
    "one_hot": "5 seconds",
    "parameters": "5 seconds",
    "model": "5 seconds",
    "prediction": "5 seconds",
    "bptt": "20 seconds",
    "clipping": "5 seconds",
    "training": "20 seconds",
    "state": "a minute",
    "quality": "10 seconds",
    "decoding": "10 seconds",
    "inside": "20 seconds",
    "speed": "5 seconds",
}
for name, time in TIMES.items():
    ALLOWED[name][f"Run All takes about {time}"] = RERUN
