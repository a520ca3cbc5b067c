"""What GitHub runs, as the tests read it."""

import yaml

from shared.site import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
SET_UP = GITHUB / "actions" / "set-up" / "action.yml"


def read(name: str) -> dict:
    """Return a workflow, or the set-up that several share."""
    file = SET_UP if name == "set-up" else GITHUB / "workflows" / f"{name}.yml"
    return yaml.safe_load(file.read_text("utf-8"))


def commands(steps: list[dict]) -> list[str]:
    """Return the commands of some steps."""
    return [step["run"] for step in steps if "run" in step]
