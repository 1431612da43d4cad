"""What a chapter holds is counted as a reader would count it."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import chapter_counts as counts


def printing(text: str, source: str = "", **metadata: object) -> NotebookNode:
    """Make a cell with code that prints something."""
    outputs = [new_output("stream", name="stdout", text=text)]
    return new_code_cell(source, outputs=outputs, metadata=metadata)


def displaying(**data: str) -> NotebookNode:
    """Make a cell that shows something of a type, such as ``text_html``."""
    types = {name.replace("_", "/"): value for name, value in data.items()}
    return new_code_cell("f()", outputs=[new_output("display_data", data=types)])


def chapter() -> NotebookNode:
    """A small chapter with one of each."""
    cells = [
        new_markdown_cell("# Two words\n\nA [link](there.html) and $x + y$."),
        new_code_cell("# @title Set-up\nimport os\n\nimport sys"),
        printing("share 0.94 of 20\nequal: True\n", "x = 1\n\nprint(x)"),
        printing("loss 0.5\n", "run()", compare={"tolerance": 0.1, "why": "trained"}),
        displaying(image_png="aGk=", text_plain="<Figure of 3>"),
        new_code_cell("touch('softmax', data)"),
        new_markdown_cell("## Exercises\n\nMany more words."),
        new_code_cell("# @title Exercise 1: your code\ncheck('one', f)"),
        new_markdown_cell("```python\nf = abs\n```\n\n## References\n\nOthers.\n\n## End\n\nBye."),
    ]
    return new_notebook(cells=cells)


def test_everything_is_counted_once() -> None:
    assert counts.count(chapter()) == counts.Counts(
        words=7,
        visible=5,
        folded=3,
        longest=2,
        cells=4,
        verdicts=1,
        integers=1,
        decimals=2,
        tolerant=1,
        figures=1,
        touch=1,
        exercises=1,
    )


def test_words_are_those_of_the_prose() -> None:
    assert counts.words(chapter()) == ["Two", "words", "A", "link", "and", "End", "Bye"]


@pytest.mark.parametrize("line", ["True", "equal: True", "the same:  False  ", "x True"])
def test_a_bare_verdict_ends_a_line(line: str) -> None:
    assert counts.bare_verdicts(printing(f"{line}\nand 0.5\n")) == [line]


@pytest.mark.parametrize("line", ["True: 3", "[False, True]", "x=True", "accuracy 0.94 (True 3)"])
def test_other_words_are_no_verdicts(line: str) -> None:
    assert counts.bare_verdicts(printing(line)) == []


@pytest.mark.parametrize(
    ("text", "integers", "decimals"),
    [
        ("(8, 3, 96, 96)", 4, 0),
        ("11,689,512 parameters", 1, 0),
        ("gap 2e-7 (at most 1e-6)", 0, 2),
        ("-0.25 and 3", 1, 1),
        ("resnet18 layer4 conv1x1", 0, 0),
        ("94 %, 0.5x", 1, 1),
    ],
)
def test_numbers_are_told_apart(text: str, integers: int, decimals: int) -> None:
    found = counts.count(new_notebook(cells=[printing(text)]))
    assert (found.integers, found.decimals) == (integers, decimals)


def test_what_is_masked_or_ignored_is_not_compared() -> None:
    ignored = printing("3", tags=["nbval-ignore-output"])
    cells = [printing("took 0.5 s for 8"), ignored]
    found = counts.count(new_notebook(cells=cells), masks=[(r"[\d.]+ s\b", "TIME")])
    assert (found.integers, found.decimals) == (1, 0)


def test_a_table_is_counted_once_and_source_never() -> None:
    table = displaying(text_html="<td>0.5</td><td>12</td>", text_plain="0.5 12")
    source = displaying(text_markdown="```python\nx = 3\n```", text_plain="<Markdown 3>")
    found = counts.count(new_notebook(cells=[table, source]))
    assert (found.integers, found.decimals) == (1, 1)
