"""No text, however it is made, takes a reader time that grows with the square of its length."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from course_utils.data.class_names import read_class_names
from course_utils.data.manifest import verify_manifest
from course_utils.data.voc_classes import set_classes
from course_utils.data.voc_lists import read_list
from course_utils.errors import CourseError
from course_utils.models.descriptions import fields_in, parsed
from course_utils.training.history import read_history

Reader = Callable[[Path], object]

SECONDS = 1.0
"""Of computing; each text takes a tenth of it, and where it grows with the square, several."""

RUNS = 3
"""A text is read again where it took longer: garbage may have been collected meanwhile."""

SIZE = 30_000
"""Signs of a text; with many more, those that are only long would take too long."""

LINE = 9_900
"""Signs of a line of a table; a longer one is refused before it is looked at."""

ATOMS = (" ", "\t", '"', "'", ",", "#", "[", "{", "\\", "/", "a ", "a,", "- ", "0:", "0 ", " #")
ATOMS += ("'a',", '"a",', '":', "../", "\u0301", "a b c d\n", "- a b c\n", " \n \n", "n01440764 1 ")
BEGINNINGS = ("", "[", "{", "names: [", "names: {", "names:\n", '{"0": "', "item {", "a 0 ")


def _split(path: Path) -> object:
    return read_list(path.parents[2], path.stem)


READERS: dict[str, tuple[str, Reader, tuple[str, ...]]] = {
    "names in JSON": ("a.json", read_class_names, BEGINNINGS),
    "names in YAML": ("a.yaml", read_class_names, BEGINNINGS),
    "names in lines": ("a.txt", read_class_names, ("", "[", "names: {", "names: [", "a 0 ")),
    "names in a table": ("a.csv", read_class_names, ("", "id,name\n", "a 0 ")),
    "names of CVAT": ("labelmap.txt", lambda path: set_classes(path.parent), ("", "a:")),
    "pictures of a set": ("ImageSets/Segmentation/a.txt", _split, ("",)),
    "epochs": ("history.jsonl", read_history, ("", "{", '{"number": ')),
    "digests": ("manifest.json", lambda path: verify_manifest(path.parent), ("", "{", '{"a": "')),
    "description of weights": (
        "a.txt",
        lambda path: parsed(fields_in(path.read_text("utf-8"))),
        ("", "{", '{"class_names": ["'),
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A set with pictures that the texts name."""
    for folder in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("a", "0"):
        (tmp_path / "JPEGImages" / f"{name}.jpg").touch()
        (tmp_path / "SegmentationClass" / f"{name}.png").touch()
    return tmp_path


def seconds(reader: Reader, path: Path, text: str) -> float:
    """The least of some runs, of this thread alone: others of the process may be busy."""
    path.write_text(text, "utf-8")
    taken = float("inf")
    for _ in range(RUNS):
        start = time.thread_time()
        with suppress(CourseError):
            reader(path)
        taken = min(taken, time.thread_time() - start)
        if taken < SECONDS:
            break
    return taken


@pytest.mark.parametrize("kind", READERS)
def test_a_piece_again_and_again(kind: str, root: Path) -> None:
    name, reader, beginnings = READERS[kind]
    for beginning in beginnings:
        for atom in ATOMS:
            text = beginning + atom * (SIZE // len(atom)) + "x"
            if kind in ("names in lines", "names in a table"):
                text = "\n".join(text[at : at + LINE] for at in range(0, SIZE, LINE))
            assert seconds(reader, root / name, text) < SECONDS, (beginning, atom)


M = 2**61 - 1
"""Python's hash of its multiples is 0."""

NUMBERED: dict[str, tuple[str, int, str, str, str]] = {
    "JSON": ("names in JSON", 20_000, '{{{}, "last": "a", "last": "a"}}', '"{0}": "a"', ", "),
    "Python, keys alike": ("names in JSON", 15_000, "{{{}}}", "{1}: 'a'", ","),
    "Python, sums alike": ("names in JSON", 15_000, "{{{}}}", "-{2}+{0}j: 'a'", ","),
    "YAML": ("names in YAML", 5_000, "names: {{{}}}", "{0}: 'a {0}'", ", "),
    "table": ("names in a table", 5_000, "id,name\n{}", "{0},a {0}", "\n"),
    "CVAT": ("names of CVAT", 1_000, "{}", "a {0}:0,0,0::", "\n"),
    "set, a line": ("pictures of a set", 2_000, "[{}]", "'picture_{0:05}'", ", "),
    "set, missing": ("pictures of a set", 2_000, "{}", "none_{0:05}", "\n"),
}
"""The reader, how many there are, all, each, and what is between."""


@pytest.mark.parametrize("form", NUMBERED)
def test_many_that_are_different(form: str, root: Path) -> None:
    kind, count, whole, each, between = NUMBERED[form]
    name, reader, _ = READERS[kind]
    for number in range(count if kind == "pictures of a set" else 0):
        (root / "JPEGImages" / f"picture_{number:05}.jpg").touch()
        (root / "SegmentationClass" / f"picture_{number:05}.npy").touch()
    text = whole.format(between.join(each.format(n, n * M, n * 1_000_003) for n in range(count)))
    assert seconds(reader, root / name, text) < SECONDS
