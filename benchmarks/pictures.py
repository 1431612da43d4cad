"""The photographs that are predicted: real ones where they lie, embedded ones otherwise."""

import os
from pathlib import Path

from course_utils.data.locations import embedded_folder

PHOTOGRAPHS = "imagenet_samples"


def photographs(count: int) -> tuple[list[Path], str]:
    """So many pictures of many sizes, and what they are."""
    named = os.environ.get("COURSE_DATA_DIR")
    real = sorted(Path(named, PHOTOGRAPHS).glob("*.JPEG")) if named else []
    if real:
        return spread(real, count), f"{count} real photographs"
    drawn = sorted((embedded_folder() / "insects" / "val").glob("*/*.jpg"))
    return spread(drawn, count), f"{count} embedded pictures"


def spread(paths: list[Path], count: int) -> list[Path]:
    """So many of the paths, evenly spread."""
    return [paths[i * len(paths) // count] for i in range(min(count, len(paths)))]
