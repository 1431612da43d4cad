"""Draw the picture of the book's first page: one scene with its label, its box and its mask.

Run by ``make pictures``. Box and mask are the truth that the renderer stored, not predictions.
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle
from PIL import Image
from scipy import ndimage

from course_utils.data import dataset_path, load_image
from course_utils.drawing.kept_colors import KEPT
from course_utils.drawing.style import PALETTE, use_course_style
from course_utils.teaching.figures import Words, encode

SCENE = "garden_val_056"
SUBJECT = "bee"
VOID = 255
TARGET = Path(__file__).resolve().parent.parent / "book" / "_static" / "three_answers.jpg"
ALT = "One garden picture three times: with a label, with a box, and with every pixel colored."


def main() -> None:
    """Draw and store the picture."""
    use_course_style()
    scenes = dataset_path("scenes")
    picture = load_image(scenes / "JPEGImages" / f"{SCENE}.jpg")
    mask = np.asarray(Image.open(scenes / "SegmentationClass" / f"{SCENE}.png"))
    names = (scenes / "classes.txt").read_text().split()
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.75))
    for axis, question in zip(axes, ("What is it?", "Where is it?", "Which pixels?"), strict=True):
        axis.imshow(picture)
        axis.set_title(question, fontsize=13)
        axis.set_axis_off()
    label = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    axes[0].text(8, 12, SUBJECT, va="top", fontsize=15, bbox=label)
    draw_box(axes[1], mask == names.index(SUBJECT))
    draw_mask(axes[2], mask, names)
    _, content = encode(figure, Words(ALT, ""))
    TARGET.write_bytes(content)


def draw_box(axis: Axes, pixels: np.ndarray) -> None:
    """Draw the box around the largest connected part of the pixels ``(H, W)``."""
    parts, _ = ndimage.label(pixels)
    largest = ndimage.find_objects(parts)[np.bincount(parts[parts > 0]).argmax() - 1]
    rows, columns = largest
    size = (columns.stop - columns.start, rows.stop - rows.start)
    for color, width in (("black", 4.5), (PALETTE[5], 2.5)):
        corner = (columns.start - 0.5, rows.start - 0.5)
        axis.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linewidth=width))


def draw_mask(axis: Axes, mask: np.ndarray, names: list[str]) -> None:
    """Color the pixels ``(H, W)`` of each class and name the classes that are there."""
    present = [index for index in np.unique(mask) if index not in (0, VOID)]
    colors = np.zeros((*mask.shape, 4))
    handles = []
    for position, index in enumerate(present):
        rgb = to_rgb(PALETTE[position])
        colors[mask == index] = (*rgb, 0.8)
        handles.append(Patch(color=rgb, label=names[index]))
    axis.imshow(colors)
    legend = axis.figure.legend(
        handles=handles, loc="outside lower right", ncols=len(handles), frameon=False
    )
    for handle in filter(None, legend.legend_handles):
        handle.set_gid(KEPT)


if __name__ == "__main__":
    main()
