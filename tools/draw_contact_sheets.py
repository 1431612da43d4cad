"""Draw a contact sheet of each embedded set, for the data sheets in the book's appendix.

Run by ``make pictures``. The pictures of a row fill its width; masks keep the colors of VOC.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from course_utils.data import load_image
from course_utils.data.locations import embedded_folder

WIDTH = 900
GAP = 5
PAPER = "white"
INK = (34, 34, 34)
MARK = (86, 180, 233)
QUALITY = 74
VOID = 255
DATA = embedded_folder()
TARGET = Path(__file__).resolve().parent.parent / "book" / "_static"

# Chosen by eye from the validation pictures; a list for each row.
INSECTS = {
    "ants": [[34, 0, 11, 23, 15, 9], [26, 35, 61, 13, 49, 44]],
    "bees": [[9, 10, 22, 67, 54, 29], [47, 71, 63, 26, 53, 8]],
}
FLOWERS = {
    "daisy": [[9, 2, 10, 7, 15, 19, 16]],
    "dandelion": [[8, 3, 16, 15, 7, 21, 13]],
    "roses": [[3, 5, 14, 19, 22, 9, 6]],
    "sunflowers": [[4, 6, 3, 2, 14, 17, 9]],
    "tulips": [[3, 12, 18, 23, 19, 17, 1]],
}
SCENES = [[56, 1, 50], [73, 19, 17]]
PANORAMAS = [
    ["composed_000", "composed_026"],
    ["composed_001", "empty_000"],
    ["empty_001_rose_048", "empty_001_rose_192"],
]


def main() -> None:
    """Draw and store the five sheets."""
    store(labeled_sheet("insects", INSECTS), "insects")
    store(labeled_sheet("flowers", FLOWERS), "flowers")
    store(scene_sheet(SCENES), "scenes")
    store(panorama_sheet(), "panorama")
    store(panoramas_sheet(PANORAMAS), "panoramas")


def store(sheet: Image.Image, name: str) -> None:
    """Write a sheet into the book's folder of pictures."""
    options = {"quality": QUALITY, "optimize": True, "progressive": True}
    sheet.save(TARGET / f"contact_{name}.jpg", "JPEG", **options)


def labeled_sheet(set_name: str, chosen: dict[str, list[list[int]]]) -> Image.Image:
    """Rows of validation pictures; the first row of each class carries its name."""
    rows = []
    for class_name, numbers in chosen.items():
        folder = DATA / set_name / "val" / class_name
        for position, row in enumerate(numbers):
            files = [folder / f"{class_name}_val_{number:03d}.jpg" for number in row]
            rows.append(justified([load_image(file) for file in files]))
            if position == 0:
                tag(rows[-1], class_name)
    return stacked(rows)


def scene_sheet(chosen: list[list[int]]) -> Image.Image:
    """Rows of pictures, under each row its masks, and below all what the colors mean."""
    rows = []
    for numbers in chosen:
        names = [f"garden_val_{number:03d}" for number in numbers]
        pictures = [load_image(DATA / "scenes/JPEGImages" / f"{name}.jpg") for name in names]
        masks = [load_image(DATA / "scenes/SegmentationClass" / f"{name}.png") for name in names]
        rows += [justified(pictures), justified(masks, Image.Resampling.NEAREST)]
    return stacked([*rows, legend()])


def panorama_sheet() -> Image.Image:
    """The wide picture with the box that its file names."""
    truth = json.loads((DATA / "panorama" / "panorama.json").read_text())
    picture = load_image(DATA / "panorama" / "panorama.jpg")
    return with_boxes(picture, [truth], WIDTH)


def panoramas_sheet(chosen: list[list[str]]) -> Image.Image:
    """Rows of wide pictures, each with the boxes that its file names."""
    rows = []
    for names in chosen:
        width = (WIDTH - GAP * (len(names) - 1)) // len(names)
        files = [DATA / "panoramas" / name for name in names]
        truths = [json.loads(file.with_suffix(".json").read_text())["things"] for file in files]
        pictures = [load_image(file.with_suffix(".jpg")) for file in files]
        pairs = zip(pictures, truths, strict=True)
        rows.append(justified([with_boxes(picture, things, width) for picture, things in pairs]))
    return stacked(rows)


def with_boxes(picture: Image.Image, things: Sequence[dict[str, Any]], width: int) -> Image.Image:
    """A picture in another size, with a box and a name for each thing."""
    scale = width / picture.width
    sheet = picture.resize((width, round(scale * picture.height)), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(sheet)
    for thing in things:
        left, top, right, bottom = (round(scale * side) for side in thing["box"])
        draw.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=INK, width=5)
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=MARK, width=3)
        tag(sheet, thing["label"], left, top - 28 if top >= 28 else bottom + 4)
    return sheet


def justified(
    pictures: Sequence[Image.Image], resampling: Image.Resampling = Image.Resampling.LANCZOS
) -> Image.Image:
    """Pictures side by side at one height, chosen so that they fill the width."""
    aspects = [picture.width / picture.height for picture in pictures]
    height = round((WIDTH - GAP * (len(pictures) - 1)) / sum(aspects))
    row = Image.new("RGB", (WIDTH, height), PAPER)
    start = 0.0
    for picture, aspect in zip(pictures, aspects, strict=True):
        left = round(start)
        start += (WIDTH - GAP * (len(pictures) - 1)) * aspect / sum(aspects)
        row.paste(picture.resize((round(start) - left, height), resampling), (left, 0))
        start += GAP
    return row


def stacked(rows: Sequence[Image.Image]) -> Image.Image:
    """Rows below each other."""
    height = sum(row.height for row in rows) + GAP * (len(rows) - 1)
    sheet = Image.new("RGB", (WIDTH, height), PAPER)
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + GAP
    return sheet


def legend() -> Image.Image:
    """A strip with the color and the name of every class, and of void."""
    names = [*(DATA / "scenes" / "classes.txt").read_text().split(), "void"]
    strip = Image.new("RGB", (WIDTH, 28), PAPER)
    draw = ImageDraw.Draw(strip)
    widths = [20 + draw.textlength(name, font=font(12)) for name in names]
    space = (WIDTH - 1 - sum(widths)) / (len(names) - 1)
    left = 0.0
    for name, width, color in zip(names, widths, class_colors(len(names) - 1), strict=True):
        draw.rectangle((left, 7, left + 14, 21), fill=color, outline=INK)
        draw.text((left + 20, 14), name, fill=INK, font=font(12), anchor="lm")
        left += width + space
    return strip


def class_colors(classes: int) -> list[tuple[int, int, int]]:
    """The colors of the first classes and of void, as the masks hold them."""
    with Image.open(DATA / "scenes" / "SegmentationClass" / "garden_val_000.png") as mask:
        flat = mask.getpalette() or []
    return [(flat[3 * i], flat[3 * i + 1], flat[3 * i + 2]) for i in [*range(classes), VOID]]


def tag(image: Image.Image, text: str, left: int = 6, top: int = 6) -> None:
    """Write a word on a white label."""
    draw = ImageDraw.Draw(image)
    width = draw.textlength(text, font=font(14))
    draw.rounded_rectangle((left, top, left + width + 14, top + 24), 4, fill=PAPER)
    draw.text((left + 7, top + 12), text, fill=INK, font=font(14), anchor="lm")


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with matplotlib, so that it looks the same everywhere."""
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)


if __name__ == "__main__":
    main()
