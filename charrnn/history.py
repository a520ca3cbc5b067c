"""What a training run records."""

from dataclasses import dataclass, field


@dataclass
class History:
    """Hold what a training run recorded: in each list, an entry per epoch.

    ``theta`` is the clipping threshold, ``perplexity`` the perplexity of the
    training text, ``norms`` the gradient norm of each step before clipping,
    and ``tokens_per_sec`` the speed in characters per second. ``held_out`` is
    filled by the caller, at any epochs, with pairs of an epoch and the
    perplexity of held-out text.
    """

    theta: float
    perplexity: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)
    tokens_per_sec: list[float] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Turn ``held_out`` into tuples, in case it is read from JSON."""
        self.held_out = [(epoch, value) for epoch, value in self.held_out]

    def __len__(self) -> int:
        """Return the number of epochs recorded."""
        return len(self.perplexity)

    @property
    def grad_norm(self) -> list[float]:
        """Return the largest gradient norm of each epoch."""
        return [max(norms) for norms in self.norms]

    @property
    def clipped(self) -> list[float]:
        """Return the share of clipped steps in each epoch."""
        return [
            sum(norm > self.theta for norm in norms) / len(norms)
            for norms in self.norms
        ]

    def append(
        self, perplexity: float, norms: list[float], speed: float
    ) -> None:
        """Record an epoch, with the gradient norm of each of its steps."""
        self.perplexity.append(perplexity)
        self.norms.append(norms)
        self.tokens_per_sec.append(speed)
