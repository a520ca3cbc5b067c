"""Prepare the pages for JupyterLab, which knows of each page alone.

    python binder/pages.py

changes the pages of this checkout: ``postBuild`` runs it in a container,
which is thrown away later, and anywhere else it refuses. References to other
pages become links, figures get captions, both with the numbers of the site;
and cells whose code the site folds or leaves out are folded.
"""

import os
import re
import sys
from pathlib import Path

import jupytext
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
EQUATION = re.compile(r"^\$\$ \((eq-[\w-]+)\)", re.M)
FIGURE = re.compile(r"^ +name: (fig-[\w-]+)$", re.M)
ROLE = re.compile(r"\{(eq|numref|term|cite|cite:t)\}`([^`]+)`")
NUMBERING = """\
---
numbering:
  equation:
    enumerator: {}.%s
---
"""
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
Targets = dict[str, tuple[str, str]]


def main() -> None:
    """Prepare all numbered pages that are notebooks.

    Ends with a message, and nothing changed, if this checkout is not the
    one that repo2docker has put in a container.
    """
    container = os.environ.get("REPO_DIR")
    if not container or Path(container).resolve() != ROOT:
        sys.exit(
            "pages.py rewrites the pages for JupyterLab, and works only in "
            "a container of repo2docker, where REPO_DIR names this folder: "
            "nothing was changed"
        )
    names = numbered_pages()
    targets = find_targets(names)
    for number, name in enumerate(names, start=1):
        if "kernelspec:" in read(name):
            prepare(name, number, targets)
            print(f"prepared for JupyterLab: {name}.md")


def numbered_pages() -> list[str]:
    """Return the names of the numbered pages, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    (part,) = (part for part in toc["parts"] if part.get("numbered"))
    return [Path(entry["file"]).name for entry in part["chapters"]]


def read(name: str) -> str:
    """Return the source of a page."""
    return (BOOK / f"{name}.md").read_text("utf-8")


def find_targets(names: list[str]) -> Targets:
    """Return the page and the number of each equation and figure."""
    found = {}
    for page, name in enumerate(names, start=1):
        for pattern in (EQUATION, FIGURE):
            labels = pattern.findall(read(name))
            for number, label in enumerate(labels, start=1):
                found[label] = name, f"{page}.{number}"
    return found


def prepare(name: str, number: int, targets: Targets) -> None:
    """Rewrite a page."""
    notebook = jupytext.read(BOOK / f"{name}.md")
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            fold(cell.metadata)
            cells += caption(cell.metadata, targets)
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = resolve(cell.source, name, targets)
    cells[0].source = NUMBERING.format(number) + cells[0].source
    notebook.cells = cells
    jupytext.write(notebook, BOOK / f"{name}.md", fmt="md:myst")


def fold(metadata: NotebookNode) -> None:
    """Let JupyterLab fold a cell whose code the site does not show."""
    if FOLDED & set(metadata.get("tags", [])):
        metadata["jupyter"] = {"source_hidden": True}


def caption(metadata: NotebookNode, targets: Targets) -> list[NotebookNode]:
    """Return a cell with the caption of a figure, if there is one."""
    figure = metadata.get("mystnb", {}).get("figure")
    if figure is None:
        return []
    _, number = targets[figure["name"]]
    return [new_markdown_cell(f"**Fig. {number}:** {figure['caption']}")]


def resolve(text: str, page: str, targets: Targets) -> str:
    """Return the text of a page, with links that JupyterLab can follow.

    It knows the equations of the page itself.
    """

    def replace(match: re.Match) -> str:
        role, content = match.groups()
        if role == "term":
            return f"[{content.partition('<')[0].strip()}](notation.md)"
        if role.startswith("cite"):
            return f"[{cite(content, role)}](references.bib)"
        if content not in targets:  # of another kind: better raw than none
            return match[0]
        name, number = targets[content]
        if role == "eq":
            return match[0] if name == page else f"[({number})]({name}.md)"
        shown = f"Fig. {number}"
        return shown if name == page else f"[{shown}]({name}.md)"

    def name(match: re.Match) -> str:
        title = re.search(r"^# (.+)", read(match[1]), re.M)[1]
        return f"[{title}]({match[1]}.md)"

    text = ROLE.sub(replace, text)
    text = re.sub(r"\]\(sym-[\w-]+\)", "](notation.md)", text)
    return re.sub(r"\[\]\((\w+)\.md\)", name, text)


def cite(keys: str, role: str) -> str:
    """Return author and year, of which the key of a source consists."""
    form = r"\1 (\2)" if role == "cite:t" else r"\1 \2"
    sources = ", ".join(
        re.sub(r"^([A-Z][a-z]+)(\d+)$", form, key.strip().capitalize())
        for key in keys.split(",")
    )
    return sources if role == "cite:t" else f"({sources})"


if __name__ == "__main__":
    main()
