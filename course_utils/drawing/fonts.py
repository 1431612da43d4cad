"""A font for a name in any script: Pillow's own, or one of those that matplotlib finds here."""

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from PIL import ImageFont

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

MISSING = "\U0010fffe"
"""A sign that no font has: what is drawn for it is drawn for all that is missing."""

PLACEHOLDERS = "Last Resort"
"""Fonts that begin so have a box with a number for every sign there is."""


def font_for(text: str, size: int) -> Font:
    """A font that has all the signs of a text; Pillow's own if there is none.

    Args:
        text: In any script.
        size: Of the letters, in pixels.
    """
    path = _path_for(text)
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


def families_for(text: str) -> list[str]:
    """Families of fonts for matplotlib to fall back on, where its own may lack the signs."""
    path = _path_for(text)
    if not path:
        return []
    from matplotlib import font_manager

    return [str(font_manager.FontProperties(fname=path).get_name())]


def legible(
    labels: Mapping[int, str], on_missing: Callable[[str], None] = warnings.warn
) -> dict[int, str]:
    """The labels, and in place of those that no font has the signs of, their index.

    Args:
        labels: Of classes, by their indices.
        on_missing: Called once with a sentence, if there are such.
    """
    missing = [index for index, label in labels.items() if _path_for(label) is None]
    if missing:
        first = labels[missing[0]]
        on_missing(
            f"no font here has the signs of {first!r} ({len(missing)} of {len(labels)} names): "
            "their indices are drawn instead; install a font of the script, such as Noto Sans"
        )
    return dict(labels) | {index: f"class {index}" for index in missing}


def _draws(font: Font, text: str) -> bool:
    """Whether no sign is drawn as one that is missing; spaces may well be empty."""
    missing = bytes(font.getmask(MISSING))
    return all(
        sign.isspace() or ((mask := bytes(font.getmask(sign))) != missing and any(mask))
        for sign in set(text)
    )


def _path_for(text: str) -> str | None:
    """The file of a font that has the signs of a text, empty for Pillow's own; None without one."""
    if _draws(ImageFont.load_default(12), text):
        return ""
    return _first_file("".join(sorted(set(text))))


@cache
def _first_file(signs: str) -> str | None:
    """The plainest font that has these signs: upright, of normal weight, and with even strokes."""
    from matplotlib import font_manager, ft2font

    fonts = [font for font in font_manager.fontManager.ttflist if _is_for_text(font.name)]
    for font in sorted(fonts, key=_unlike_text):
        try:
            known = ft2font.FT2Font(font.fname).get_charmap()
            if all(ord(sign) in known for sign in signs) and _draws(
                ImageFont.truetype(font.fname, 12), signs
            ):
                return str(font.fname)
        except (OSError, RuntimeError):  # a font of pictures, such as emoji, or a damaged file
            continue
    return None


def _unlike_text(font: "FontEntry") -> tuple[object, ...]:
    """Sorts fonts, in whatever order their files lie."""
    special = [word in font.name for word in ("Mono", "Serif", "Display")]
    return font.style != "normal", str(font.weight) != "400", special, font.name


def _is_for_text(name: str) -> bool:
    return not name.startswith(PLACEHOLDERS)
