"""What a chapter says is checked where it says it."""

from course_utils.data.locations import data_choice

UNEXPECTED = " ← not as in the book"
"""The end of a line that says something else than the book does."""


def claim(text: str, holds: bool) -> None:
    """Print a claim with its verdict; on the embedded data a claim that fails stops the chapter.

    With real data the same cell only reports: the chapters speak of the embedded pictures.

    Raises:
        AssertionError: If it does not hold, on the embedded data.
    """
    print(f"{text}: {bool(holds)}")
    if data_choice() == "embedded":
        assert holds, f"this should hold: {text}"
