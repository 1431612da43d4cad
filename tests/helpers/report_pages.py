"""Reports as pages: taken apart, and what they are made of."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import torch
from torch import Tensor

from course_utils.data.folders import ImageFolder
from course_utils.data.voc import VOCSegmentation
from course_utils.training.metrics import Counter, Evaluation
from course_utils.training.page_parts import Measured
from course_utils.training.parts import Answer
from course_utils.training.seen import Seen, SeenPictures, SeenPixels

SPECIAL = ("<script>alert(1)</script>", 'quo"te', "a&b'c", "\u202ereversed")
"""Names of classes that must stay names."""

ADDRESS = re.compile(r"https?:|//[a-z]|url\(|@import|<link|\bsrcset=", re.IGNORECASE)
"""What would ask for something."""


@dataclass
class Parts(HTMLParser):
    """What a page consists of.

    Attributes:
        tags: The kinds of its elements.
        texts: What stands in them, in order, but for style and script.
        attributes: The values of each, by name.
        cells: The texts of each row of the tables.
    """

    tags: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    cells: list[list[str]] = field(default_factory=list)
    place: str = ""
    in_cell: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag == "tr":
            self.cells.append([])
        if tag in ("th", "td"):
            self.cells[-1].append("")
        self.place = tag if tag in ("style", "script") else self.place
        self.in_cell = tag in ("th", "td") or (self.in_cell and tag != "tr")

    def handle_endtag(self, tag: str) -> None:
        self.place = "" if tag == self.place else self.place
        self.in_cell = self.in_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if not self.place:
            self.texts.append(data)
        if self.in_cell:
            self.cells[-1][-1] += data

    @property
    def said(self) -> str:
        """All that is read."""
        return " ".join(" ".join(self.texts).split())


def parsed(content: str | bytes) -> Parts:
    """Take a page apart."""
    parts = Parts()
    parts.feed(content if isinstance(content, str) else content.decode())
    return parts


def asks_for_nothing(page: bytes) -> bool:
    """Whether a page has no address but those of pictures that it holds itself."""
    sources = parsed(page).attributes.get("src", [])
    own = all(source.startswith("data:image/jpeg;base64,") for source in sources)
    rest = re.sub(r'data:image/jpeg;base64,[^"]*', "", page.decode())
    return own and ADDRESS.search(rest) is None


def classified(
    pictures: ImageFolder, probabilities: Tensor, class_names: tuple[str, ...], **more: object
) -> Measured:
    """What is known when a classifier has given these probabilities ``(N, classes)``."""
    seen = SeenPictures()
    labels = torch.tensor([index for _, index in pictures.samples])
    return _measured(pictures, probabilities.log(), labels, seen, class_names, **more)


def segmented(
    pictures: VOCSegmentation, logits: Tensor, class_names: tuple[str, ...], **more: object
) -> Measured:
    """What is known when a network has given these logits ``(N, classes, H, W)``."""
    masks = torch.stack([pictures[number][1] for number in range(len(pictures))])
    return _measured(pictures, logits, masks.long(), SeenPixels(255), class_names, **more)


def _measured(
    pictures: ImageFolder | VOCSegmentation,
    logits: Tensor,
    labels: Tensor,
    seen: Seen,
    class_names: tuple[str, ...],
    **more: object,
) -> Measured:
    counter = Counter(255)
    counter.add(logits, labels)
    seen(range(len(labels)), Answer(logits, labels, slice(0, len(labels)), size=labels.shape[1:]))
    if isinstance(seen, SeenPixels):
        seen.close()
    found = Evaluation(0.5, counter.confusion())
    return Measured("A page", class_names, found, seen, pictures, **more)  # type: ignore[arg-type]


def renamed(root: Path, names: dict[str, str]) -> Path:
    """Give the folders, or the files, of a set other names."""
    for old, new in names.items():
        (root / old).rename(root / new)
    return root
