"""Pictures with masks laid over them, and their legend."""

import numpy as np
from PIL import Image

from course_utils.data.masks import voc_colors
from course_utils.drawing.mask_overlays import ROW, legend, overlay

GROUND, TINTED = [100, 200, 60], [114, 100, 30]


def test_an_overlay_tints_an_area_and_outlines_it_in_white_on_black() -> None:
    picture = Image.new("RGB", (8, 3), tuple(GROUND))
    classes = np.repeat([[0, 0, 0, 0, 1, 1, 1, 1]], 3, axis=0).astype(np.uint8)
    line = [GROUND, GROUND, [0, 0, 0], [255, 255, 255], [0, 0, 0], TINTED, TINTED, TINTED]
    assert np.asarray(overlay(picture, classes)).tolist() == [line] * 3


def test_the_outline_of_a_large_picture_is_wider() -> None:
    classes = np.zeros((1200, 1200), np.uint8)
    classes[:600] = 1
    mixed = np.asarray(overlay(Image.new("RGB", (1200, 1200), (90, 90, 90)), classes))
    column = mixed[:, 7].tolist()
    assert column.count([255, 255, 255]) == 5
    assert column.count([0, 0, 0]) == 6


def test_an_outline_is_wide_in_all_directions() -> None:
    classes = np.zeros((1200, 1200), np.uint8)
    classes[600:, 600:] = 1
    white = (np.asarray(overlay(Image.new("RGB", (1200, 1200)), classes)) == 255).all(axis=2)
    expected = np.zeros((1200, 1200), bool)  # two pixels more on each side of the border
    expected[597:602, 598:] = expected[598:, 597:602] = True
    assert np.array_equal(white, expected)


def test_an_overlay_of_nothing_but_background_is_the_picture() -> None:
    picture = Image.effect_noise((9, 7), 50).convert("RGB")
    mixed = overlay(picture, np.zeros((7, 9), np.uint8))
    assert np.array_equal(np.asarray(mixed), np.asarray(picture))


def test_a_picture_of_one_pixel_has_no_outline() -> None:
    mixed = overlay(Image.new("RGB", (1, 1), tuple(GROUND)), np.ones((1, 1), np.uint8))
    assert np.asarray(mixed).tolist() == [[TINTED]]


def test_a_legend_shows_the_color_of_each_class() -> None:
    image = legend(["background", "ant", "a much longer name"])
    assert image.height == 3 * ROW
    colors = [image.getpixel((ROW, row * ROW + ROW // 2)) for row in range(3)]
    assert colors == [tuple(color) for color in voc_colors()[:3].tolist()]
    longer = legend(["background", "ant", "a name that is longer than that of the background"])
    assert longer.width > image.width
    texts = np.asarray(image.convert("L"))[:, 2 * ROW :].reshape(3, ROW, -1)
    assert (texts < 100).any(axis=(1, 2)).all()
