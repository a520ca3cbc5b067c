"""What the check of outside links says when none can be reached."""

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def explain(app: Sphinx) -> None:
    """Say that the network may be missing if no link works."""
    report = Path(app.outdir, "output.json").read_text("utf-8")
    links = [json.loads(line)["status"] for line in report.splitlines()]
    outside = [status for status in links if status != "unchecked"]
    if outside and set(outside) <= {"broken", "timeout"}:
        logger.warning(
            "none of the %d outside links can be reached: is there a network?",
            len(outside),
        )
    else:
        logger.info("%d outside links checked", len(outside))
