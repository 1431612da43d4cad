"""What commands take and print: pictures that arguments name, predictions, what was left out."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

import click

from course_utils.errors import DataError, printable, shortened
from course_utils.unfinished import short_name

if TYPE_CHECKING:
    from course_utils.inference import Prediction


class OfPicture(Protocol):
    """What was found in a picture."""

    @property
    def path(self) -> Path | None:
        """The picture's file."""


R = TypeVar("R", bound=OfPicture)
N = TypeVar("N")


class Report:
    """Writes one line for each prediction.

    Args:
        stream: Where to.
        format_: ``text``, ``json`` or ``csv``.
        top_k: How many classes each line names.
    """

    def __init__(self, stream: TextIO, format_: str, top_k: int) -> None:
        self.stream = stream
        self.top_k = top_k
        self._write_line: Callable[[TextIO, Prediction], None] = FORMATS[format_]
        if format_ == "csv":
            csv.writer(stream, lineterminator="\n").writerow(_csv_header(top_k))

    def write(self, prediction: "Prediction") -> None:
        """Write the prediction as one line."""
        self._write_line(self.stream, prediction)


def _write_text(stream: TextIO, prediction: "Prediction") -> None:
    classes = "".join(f" class: {s.label} prob: {s.probability:.3f}" for s in prediction.top)
    stream.write(printable(f"image: {prediction.path}{classes}") + "\n")


def _write_json(stream: TextIO, prediction: "Prediction") -> None:
    content = asdict(prediction) | {"path": str(prediction.path)}
    unicode = (stream.encoding or "").lower() in ("utf-8", "utf8")
    stream.write(printable_json(content, ascii_only=not unicode) + "\n")


def printable_json(content: object, *, ascii_only: bool = False) -> str:
    """The content as JSON in one line that means the same, with no sign that steers a terminal."""
    text = json.dumps(content, ensure_ascii=ascii_only)
    if text.isprintable():
        return text
    return "".join(sign if sign == printable(sign) else json.dumps(sign)[1:-1] for sign in text)


def _write_csv(stream: TextIO, prediction: "Prediction") -> None:
    path = str(prediction.path)  # by which a program opens the picture
    cells = [printable(path) if stream.isatty() else path]
    for score in prediction.top:
        cells += [printable(score.label), str(score.index), f"{score.probability:.6f}"]
    csv.writer(stream, lineterminator="\n").writerow(cells)


def _csv_header(top_k: int) -> list[str]:
    header = ["path", "label", "index", "probability"]
    for rank in range(2, top_k + 1):
        header += [f"label_{rank}", f"index_{rank}", f"probability_{rank}"]
    return header


FORMATS: dict[str, Callable[[TextIO, "Prediction"], None]] = {
    "text": _write_text,
    "json": _write_json,
    "csv": _write_csv,
}


def end_with(problems: Sequence[object]) -> None:
    """List what was left out and end with the exit status 1; do nothing if that is nothing."""
    if problems:
        lines = [
            f"left out ({len(problems)}):",
            *(shortened(printable(str(each))) for each in problems),
        ]
        click.echo("\n  ".join(lines), err=True)
        sys.exit(1)


def find_pictures(paths: Sequence[str]) -> tuple[list[Path], list[str]]:
    """All pictures, and a sentence for each path that has none, and for what was left out."""
    from course_utils.data.finding import find_images

    found: list[Path] = []
    problems: list[str] = []
    for path in paths:
        try:
            found += find_images([path], lambda error: problems.append(str(error)))
        except DataError as error:
            problems.append(str(error))
    return found, problems


def tell_of_drawings(weights: str, paths: Sequence[Path], instead: str) -> None:
    """Say on standard error that embedded weights are asked about pictures from elsewhere.

    Args:
        weights: As they were given.
        paths: The pictures.
        instead: Weights of torchvision that know photographs.
    """
    from course_utils.cli.options import embedded_names
    from course_utils.data.locations import embedded_folder

    if weights not in embedded_names(pixels=None):
        return
    own = embedded_folder().resolve()
    if not all(path.resolve().is_relative_to(own) for path in paths):
        click.echo(
            f"note: {weights} has seen nothing but the course's drawings; of a photograph its "
            f"answer means nothing, however sure. Take --weights {instead} (a download), or a "
            "training of your own",
            err=True,
        )


def file_names(paths: Sequence[Path]) -> Iterator[str]:
    """The pictures' names without ending; one that was there already gets a number.

    A name that leaves no room for an ending is cut.
    """
    taken: set[str] = set()
    for path in paths:
        stem = name = short_name(path.stem)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        yield name


def matched(
    results: Iterable[R], paths: Iterable[Path], names: Iterable[N]
) -> Iterator[tuple[R, N]]:
    """Each result with the name that belongs to its picture.

    Args:
        results: In the order of the pictures; of those that were left out there is none.
        paths: Of all pictures.
        names: One for each picture.
    """
    coming = zip(paths, names, strict=True)
    for result in results:
        yield result, next(name for path, name in coming if path == result.path)
