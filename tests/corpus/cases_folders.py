"""Sets with a folder for each class: WordNet's numbers, links, what is left out; names to draw."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from case import Case, Refusal
from course_utils.data.crops import cut_crops
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import cut_transform
from course_utils.drawing.fonts import legible
from voc_files import voc_set

NAMES = ("tench", "goldfish")
WNIDS = ("n01440764", "n01443537")


def folders(*files: str, **links: str) -> Callable[[Path], Path]:
    """Red pictures below ``set``, and links in it."""

    def make(folder: Path) -> Path:
        for file in files:
            path = folder / "set" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), "red").save(path, "PNG")
        for link, target in links.items():
            (folder / "set" / link.replace("_", "/")).symlink_to(folder / target)
        return folder / "set"

    return make


def found(path: Path, *how: object) -> object:
    samples = ImageFolder(path, cut_transform(), *how).samples
    return [(file.relative_to(path).as_posix(), index) for file, index in samples]


def by_wnid(path: Path) -> object:
    return found(path, NAMES, WNIDS)


def by_name(path: Path) -> object:
    return found(path, NAMES)


def left_out(path: Path) -> object:
    (path / "a" / "y.nef").write_text("raw")
    return [error.reason for error in ImageFolder(path, cut_transform()).left_out]


def drawn(path: Path) -> object:
    return legible(dict(enumerate(path.read_text(encoding="utf-8").split())), lambda text: None)


def words(text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "names.txt").write_text(text, encoding="utf-8")
        return folder / "names.txt"

    return make


def crops_of(name: str) -> Callable[[Path], Path]:
    """A set with masks, one of whose classes is called so."""

    def make(folder: Path) -> Path:
        root = voc_set(folder / "set", 2, 1)
        (root / "classes.txt").write_text(f"background\n{name}\n", encoding="utf-8")
        return root

    return make


def cut(root: Path) -> object:
    try:
        return cut_crops(root, root.parent / "crops")
    finally:
        assert {path.name for path in root.parent.iterdir()} == {"set"}


CALLED = folders("n01443537/a.png", "n01440764-tench/b.png")
BOTH = [("n01440764-tench/b.png", 0), ("n01443537/a.png", 1)]

CASES = [
    Case("folders called by WordNet, with a list", CALLED, by_wnid, BOTH),
    Case("folders called by WordNet alone", CALLED, by_name, Refusal("need a list of classes")),
    Case(
        "folders linked, and to one above",
        folders("a/x.jfif", "b/y.png", a_up="set", a_b="set/b"),
        found,
        [("a/b/y.png", 0), ("a/x.jfif", 0), ("b/y.png", 1)],
    ),
    Case(
        "folders of Synology, macOS and Windows",
        folders("a/x.png", "a/@eaDir/x.png/t.jpg", "__MACOSX/y.png", "$RECYCLE.BIN/z.png"),
        found,
        [("a/x.png", 0)],
    ),
    Case(
        "folders of macOS with accents",
        folders("cafe\u0301/x.png", "b/y.png"),
        lambda path: found(path, ("caf\u00e9", "b")),
        [("b/y.png", 1), ("cafe\u0301/x.png", 0)],
    ),
    Case(
        "folders with a raw picture",
        folders("a/x.png"),
        left_out,
        [
            "1 file looks like a picture and cannot be read (y.nef); save as JPEG or PNG what is "
            "meant to be used"
        ],
    ),
    Case("folders, a PNG called raw", folders("a/x.cr3"), found, [("a/x.cr3", 0)]),
    *(
        Case(f"crops of a class called {name[:20]!r}", crops_of(name), cut, Refusal(sentence))
        for name, sentence in {
            "..": "classes.txt: '..' cannot be the name of a folder: it is a path",
            ".": "'.' cannot be the name of a folder: it is a path",
            "/etc/evil": "'/etc/evil' cannot be the name of a folder: it is a path",
            "..\\evil": "cannot be the name of a folder: it is a path",
            "C:": "'C:' cannot be the name of a folder: it is a path",
            "con.txt": "'con.txt' cannot be the name of a folder: it is none on Windows",
            "a.": "cannot be the name of a folder: it is none on Windows",
            "ä" * 200: "cannot be the name of a folder: it is longer than 200 bytes",
            "a\x1b[2J": "the class 1 holds '\\x1b', which is no text",
        }.items()
    ),
    Case("names of any script", words("cat кошка γάτα"), drawn, {0: "cat", 1: "кошка", 2: "γάτα"}),
    Case("names that no font has", words("cat \u0378"), drawn, {0: "cat", 1: "class 1"}),
]
