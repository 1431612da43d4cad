"""A crop of a picture and its mask to touch: dragged, at a scale, with the pixels of each class.

Its data: ``picture``, a ``data:`` address, and ``mask``, one of a PNG in which each class has its
color; their ``size`` and that of the ``crop``, each height and width; the ``factors``, ascending,
and for each of them in ``sizes`` the height and width of the resized picture; the names of the
``classes`` that occur, void last, and their ``colors``; ``start``: the place of a factor in the
list, and the crop's first row and column; and ``checks`` ``[factor, row, column, pixels of each
class]`` that PyTorch has counted, the first of them that of the start.
"""

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

WIDTH, LINE = 420, 26
PICTURE = ("data:image/webp;base64,", "data:image/jpeg;base64,")


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    factors, sizes, classes = list(data["factors"]), data["sizes"], data["classes"]
    if len(factors) < 2 or factors != sorted(set(factors)) or len(sizes) != len(factors):
        raise ValueError("factors ascend, and for each of them there is a size")
    if len(classes) < 2 or classes[-1] != "void" or len(data["colors"]) != len(classes):
        raise ValueError("each class has a color, and the last one is void")
    if not (data["picture"].startswith(PICTURE) and data["mask"].startswith("data:image/png;")):
        raise ValueError("the picture is a WebP or a JPEG, the mask a PNG, as data: addresses")
    if not data["checks"] or list(data["checks"][0][:3]) != list(data["start"]):
        raise ValueError("the first check is that of the start")
    height, width = data["crop"]
    for at, row, column, *counts in data["checks"]:
        room = [side - part for side, part in zip(sizes[at], data["crop"], strict=True)]
        for first, free in zip((row, column), room, strict=True):
            if not min(0, free) <= first <= max(0, free):
                raise ValueError(f"no crop begins in row {row}, column {column} at {factors[at]}")
        if len(counts) != len(classes) or sum(counts) != height * width:
            raise ValueError(f"counts of a crop add up to its {height * width} pixels")
    return data


def words(data: Data) -> str:
    """Say what is in the crop at the start, and at the other states that were counted."""
    return " ".join(_said(data, check) for check in checked(data)["checks"])


def _said(data: Data, check: list[int]) -> str:
    at, row, column, *counts = check
    named = zip(data["classes"], counts, strict=True)
    said = ", ".join(f"{name} {count}" for name, count in named)
    factor = fixed(data["factors"][at], 1)
    return f"Scale {factor}, row {row}, column {column}: {said} pixels."


def still(data: Data) -> str:
    """Draw the pixels of each class in the crop at the start, as bars."""
    data = checked(data)
    at, _, _, *counts = data["checks"][0]
    height, width = data["crop"]
    head = f"Pixels of a crop of {height} × {width}, at a scale of {fixed(data['factors'][at], 1)}"
    parts = [text(16, 26, head, "b")]
    named = zip(data["classes"], data["colors"], counts, strict=True)
    for y, (name, color, count) in enumerate(named, start=1):
        top, share = 16 + LINE * y, count / (height * width)
        parts += [
            f'<rect x="16" y="{top}" width="15" height="15" fill="rgb{tuple(color)}"/>',
            text(40, top + 13, name),
            bar(140, top, 200, 15, "well"),
            bar(140, top, 200 * share, 15, "c0"),
            text(WIDTH - 16, top + 13, f"{count:,}", "e"),
        ]
    return picture(WIDTH, 32 + LINE * (len(counts) + 1), *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("crops.js"), own_file("crops.css"), still, words, tight=True)
