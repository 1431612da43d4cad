"""Which weights come with the package, said in the help of a command without loading PyTorch."""

import json
from pathlib import Path

import click

from course_utils.errors import DataError

HEADER_LENGTH = 8
"""Bytes at the start of a ``.safetensors`` that say how long its description is."""


class WeightsOption(click.Option):
    """The option ``--weights``; its help names the embedded weights that the command can use.

    Args:
        pixels: Whether they are to label pixels; ``None`` where the command takes both kinds.
    """

    def __init__(self, *args: object, pixels: bool | None = False, **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self.pixels = pixels

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Look the names up when the help is shown, and not before."""
        record = super().get_help_record(ctx)
        names = embedded_names(pixels=self.pixels)
        if record is None or not names:
            return record
        return record[0], f"{record[1]}  [embedded: {', '.join(names)}]"


def embedded_names(*, pixels: bool | None) -> list[str]:
    """The embedded weights that the manifest lists: for pictures, for pixels, or both (``None``).

    A package whose data is missing or damaged has none: its help can be read all the same.
    """
    from course_utils.data.manifest import listed_files
    from course_utils.data.sources import embedded_folder

    try:
        folder = embedded_folder()
        files = [folder / name for name in listed_files(folder, "weights")]
        return [path.stem for path in files if pixels in (None, _labels_pixels(path))]
    except (DataError, OSError, ValueError, KeyError):
        return []


def _labels_pixels(path: Path) -> bool:
    """Read the description at the start of a weights file, and none of its numbers."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(HEADER_LENGTH), "little")))
    description = json.loads(header["__metadata__"]["course_utils"])
    return description.get("pixels") is not None
