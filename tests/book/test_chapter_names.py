"""Chapters are named by their titles: numbers change when a chapter is added."""

from pathlib import Path

import pytest

from chapter_names import files_with_prose, numbered_names, other_titles, texts_of

ROOT = Path(__file__).resolve().parents[2]


def test_no_prose_names_a_chapter_by_its_number() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files_with_prose(ROOT)
        for text in texts_of(path)
        for name in numbered_names(text)
    ]
    assert not found


def test_links_to_chapters_have_their_titles() -> None:
    paths = [path for path in files_with_prose(ROOT) if path.suffix in (".md", ".ipynb")]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for text in texts_of(path)
        for name in other_titles(text, path.parent)
    ]
    assert not found


# The rules themselves


@pytest.mark.parametrize(
    "text",
    [
        "as in chapter 3",
        "Chapter 12 measures",
        "chapters 1 and 2",
        "chapters 5–7",
        "chapter\n8",
        "[chapter 3](fine_tuning.ipynb)",
        "(Ch. 3)",
        "chap. 4",
        "Chapter XI",
        "chapter four",
        "chapter eighteen",
        "the third chapter",
        "the last\nchapter",
        "The next chapter",
        "the fourteenth chapter's mistakes",
        "[the chapter before](inference.ipynb)",
        "Figure 12.3",
        "see Fig. 14.3",
    ],
)
def test_a_number_is_found(text: str) -> None:
    assert len(numbered_names(f"Before. {text}, after.")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "18 chapters",
        "Twelve chapters.",
        "each chapter takes 60 seconds",
        "the chapter *Where is it?*",
        "figure 3 of the paper, section 4.1, table 2",
        "a chapter often",
        "the chapter is one of them",
        "the first pages of a chapter",
        "the next 3 cells",
        "## Change a chapter\n\n1. Edit it",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert numbered_names(text) == []


def test_a_link_with_another_title_is_found() -> None:
    folder = ROOT / "book" / "dense"
    right = "[Where is it?](localization.ipynb), [Any\nsize](fc_to_conv.ipynb)"
    assert other_titles(right, folder) == []
    assert other_titles("see [boxes](localization.ipynb)", folder) == []
    wrong = "[Where it is](localization.ipynb), [Gone](gone.ipynb)"
    assert other_titles(wrong, folder) == ["Where it is (localization.ipynb)", "Gone (gone.ipynb)"]
