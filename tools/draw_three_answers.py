"""Draw the picture of the book's first page: what the book's networks answer for one scene.

Run by ``make pictures``. Label and box come from the same weights, as a classifier and in its fully
convolutional form; the mask comes from a network that was trained further from them. The scene is
one of the validation pictures that show one large thing.
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

from course_utils.data import dataset_path
from course_utils.drawing.heat_overlays import heat_picture
from course_utils.drawing.kept_colors import KEPT
from course_utils.drawing.style import PALETTE, use_course_style
from course_utils.inference import Classifier, Localizer, Segmenter
from course_utils.inference.classification import Prediction
from course_utils.inference.detections import score_map
from course_utils.inference.localization import Location
from course_utils.inference.segmentation import Segmentation
from course_utils.teaching.figures import Words, encode

SCENE = "garden_val_024"
WHAT_AND_WHERE = "garden-resnet18"
WHICH_PIXELS = "scenes-fcn8s"
THRESHOLD = 0.5
SCALES = (1.414,)
TARGET = Path(__file__).resolve().parent.parent / "book" / "_static" / "three_answers.jpg"
ALT = "One garden picture three times: with a label, with a box, and with every pixel colored."


def main() -> None:
    """Draw and store the picture."""
    label, location, mask = answers()
    use_course_style()
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.75))
    for axis, question in zip(axes, ("What is it?", "Where is it?", "Which pixels?"), strict=True):
        axis.imshow(location.picture)
        axis.set_title(question, fontsize=13)
        axis.set_axis_off()
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    said = f"{label.label} {label.probability:.2f}"
    axes[0].text(8, 12, said, va="top", fontsize=13, bbox=white)
    draw_location(axes[1], location)
    draw_mask(axes[2], mask)
    _, content = encode(figure, Words(ALT, ""))
    TARGET.write_bytes(content)


def answers() -> tuple[Prediction, Location, Segmentation]:
    """What the networks say of the scene, the first with its likeliest label."""
    path = dataset_path("scenes") / "JPEGImages" / f"{SCENE}.jpg"
    (label,) = Classifier.from_checkpoint(WHAT_AND_WHERE).predict([path])
    localizer = Localizer.from_checkpoint(WHAT_AND_WHERE)
    (location,) = localizer.predict(path, label.label, THRESHOLD, SCALES)
    (mask,) = Segmenter.from_checkpoint(WHICH_PIXELS).predict(path)
    return label, location, mask


def draw_location(axis: Axes, location: Location) -> None:
    """Draw how likely the class is at each place, and a box around where it is likely."""
    axis.imshow(heat_picture(location.picture, score_map(location.response, location.index)))
    left, top, right, bottom = location.detections[0].box
    for color, width in (("black", 3.0), (PALETTE[5], 1.6)):
        box = Rectangle((left, top), right - left, bottom - top, fill=False)
        axis.add_patch(box)
        box.set(edgecolor=color, linewidth=width)


def draw_mask(axis: Axes, answer: Segmentation) -> None:
    """Color the pixels of each class that was found, and name the classes."""
    found = [area for area in answer.areas if area.index]
    colors = np.zeros((*answer.classes.shape, 4))
    handles = []
    for color, area in zip(PALETTE, found, strict=False):
        colors[answer.classes == area.index] = (*to_rgb(color), 0.8)
        handles.append(Patch(color=to_rgb(color), label=area.label))
    axis.imshow(colors)
    legend = axis.figure.legend(
        handles=handles, loc="outside lower right", ncols=len(handles), frameon=False
    )
    for handle in filter(None, legend.legend_handles):
        handle.set_gid(KEPT)


if __name__ == "__main__":
    main()
