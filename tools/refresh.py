"""Execute the book's notebooks and store their outputs, in one tidy form.

Run by ``make refresh``. What is stored depends on the code alone: no times of execution,
no version of the interpreter, no random cell names, no paths of this machine.
"""

import argparse
import hashlib
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from fold import fold
from processor import processor

BOOK = Path(__file__).resolve().parent.parent / "book"
CELL_TIMEOUT = 600
KEPT = ("compare", "tags")
"""What somebody wrote of a cell: how its numbers are compared, and its tags."""

UNEXPECTED = "← not as in the book"
"""As in ``course_utils.teaching.claims``, which an environment like Colab's lacks at first."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "pygments_lexer": "ipython3"}


def find_notebooks(folder: Path) -> list[Path]:
    """List the notebooks of the book, without the editors' own copies."""
    return sorted(
        path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    )


def name_cells(cells: list[NotebookNode]) -> None:
    """Give each cell a name made from its text, so that only a changed cell changes its name."""
    seen: set[str] = set()
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()
        name = digest[:8]
        while name in seen:
            digest = hashlib.sha256(digest.encode()).hexdigest()
            name = digest[:8]
        seen.add(name)
        cell["id"] = name


def tidy_output(output: NotebookNode) -> None:
    """Keep of an error what a reader needs: its name and its message, not this machine's paths."""
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]


def merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what a cell printed in several pieces; where it was cut is chance."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        streams = last is not None and last.output_type == output.output_type == "stream"
        if last is not None and streams and last.name == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def tidy(notebook: NotebookNode) -> None:
    """Remove from a notebook what would differ from one execution to the next."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    made_on = {"course": notebook.metadata["course"]} if "course" in notebook.metadata else {}
    general = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    notebook.metadata = nbformat.from_dict(general | made_on)
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in KEPT if cell.metadata.get(name)}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for output in cell.outputs:
                tidy_output(output)
    fold(notebook)
    name_cells(notebook.cells)


def unexpected_lines(notebook: NotebookNode) -> list[str]:
    """List the lines in which a chapter says of itself that they are not as in the book."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("text", "") for output in outputs]
    texts += [str(text) for output in outputs for text in output.get("data", {}).values()]
    return [line for text in texts for line in text.splitlines() if UNEXPECTED in line]


def execute(path: Path) -> NotebookNode:
    """Execute a notebook in its own folder; return it with its outputs."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    return notebook


def refresh(path: Path) -> None:
    """Execute one notebook and store it.

    Raises:
        SystemExit: If a line is not as in the book; then nothing is stored.
    """
    notebook = execute(path)
    if lines := unexpected_lines(notebook):
        raise SystemExit("\n".join([f"{path}: not stored", *lines]))
    notebook.metadata["course"] = {"processor": processor()}
    tidy(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main() -> None:
    """Refresh the notebooks that are named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of book/ if none is named")
    for path in parser.parse_args().notebooks or find_notebooks(BOOK):
        print(path, flush=True)
        refresh(path)


if __name__ == "__main__":
    main()
