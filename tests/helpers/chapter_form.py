"""The form of a chapter, its length and its exercises: each function lists what breaks one."""

import re

from nbformat import NotebookNode

from chapter_counts import bare_verdicts, calls, code_lines, count
from fold import title_of
from notebook_rules import code_cells, headings

MAX_VISIBLE_LINES = 200
MAX_LINES_ON_AVERAGE = 15
MAX_WORDS = 2_000
EXERCISES = {
    "by hand": r"by hand|in (?:the|your) head",
    "a function": r"a function",
    "an experiment": r"an experiment",
    "something larger": r"something larger|a surprise",
}
"""The four kinds, and the words by which a heading names its own."""

EXERCISE = re.compile(r"### Exercise \d+(?:, | \()([^:]*?)\)?: \S")
TRUTH = "truth"
"""The tag of a cell whose subject is what is true."""


def problems(notebook: NotebookNode) -> list[str]:
    """List all that breaks the form."""
    rules = (long_code, long_prose, unexplained_verdicts, missing_exercises, missing_touch)
    return [problem for rule in rules for problem in rule(notebook)]


def long_code(notebook: NotebookNode) -> list[str]:
    """Say where more code is visible than a reader wants to read."""
    sources = [cell.source for cell in code_cells(notebook)]
    lines = [code_lines(source) for source in sources if title_of(source) is None]
    total, average = sum(lines), sum(lines) / max(len(lines), 1)
    found = []
    if total > MAX_VISIBLE_LINES:
        found.append(f"{total} visible lines of code, at most {MAX_VISIBLE_LINES}")
    if average > MAX_LINES_ON_AVERAGE:
        found.append(f"{average:.1f} lines a visible cell, at most {MAX_LINES_ON_AVERAGE}")
    return found


def long_prose(notebook: NotebookNode) -> list[str]:
    """Say whether there is more to read than a chapter may ask for."""
    words = count(notebook).words
    return [f"{words} words, at most {MAX_WORDS}"] if words > MAX_WORDS else []


def unexplained_verdicts(notebook: NotebookNode) -> list[str]:
    """List verdicts where a number belongs; the tag ``truth`` says that truth is the subject."""
    found = []
    for number, cell in enumerate(code_cells(notebook)):
        if "holds" in calls(cell.source):
            found.append(f"cell {number} calls holds(): claim() shows the number")
        if TRUTH not in cell.metadata.get("tags", []):
            found += [f"cell {number} ends a line in a verdict: {v}" for v in bare_verdicts(cell)]
    return found


def missing_exercises(notebook: NotebookNode) -> list[str]:
    """Say which of the four kinds of exercises is not there, or is there twice."""
    lines = [line for line in headings(notebook) if line.startswith("### Exercise")]
    named = [match[1] for line in lines if (match := EXERCISE.match(line))]
    found = [] if len(lines) == len(EXERCISES) else [f"{len(lines)} exercises, not four"]
    for kind, words in EXERCISES.items():
        times = sum(bool(re.match(words, name)) for name in named)
        if times != 1:
            found.append(f"{times} exercises of the kind {kind!r}: ### Exercise 1, {kind}: ...")
    return found


def missing_touch(notebook: NotebookNode) -> list[str]:
    """Say whether there is nothing to touch."""
    return [] if count(notebook).touch else ["no figure to touch"]
