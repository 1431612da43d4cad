"""Small pictures as addresses."""

import base64
import io

import numpy as np
from PIL import Image

from course_utils.data.masks import VOID
from course_utils.pages.pictures import address, color_of, thumbnail, tinted
from picture_files import marked, noise


def test_an_address_holds_the_picture_and_nothing_of_its_file() -> None:
    picture = noise(0)
    picture.info["exif"] = marked(6).tobytes()
    picture.info["comment"] = b"where it was taken"
    kind, _, content = address(picture).partition(",")
    assert kind == "data:image/jpeg;base64"
    read = Image.open(io.BytesIO(base64.b64decode(content)))
    assert (read.size, read.mode, dict(read.getexif())) == (picture.size, "RGB", {})
    assert "comment" not in read.info
    assert np.abs(np.asarray(read).astype(int) - np.asarray(picture)).mean() < 5


def test_a_thumbnail_is_small_and_a_small_picture_stays() -> None:
    assert thumbnail(noise(0, (400, 100)), 160).size == (160, 40)
    small = noise(0, (30, 20))
    assert np.array_equal(np.asarray(thumbnail(small, 160)), np.asarray(small))


def test_areas_have_the_colors_of_their_classes() -> None:
    mask = np.zeros((8, 12), np.uint8)
    mask[:, 4:8], mask[:, 8:] = 1, VOID
    shown = np.asarray(tinted(Image.new("RGB", (120, 80), (100, 40, 20)), mask))
    assert shown.shape == (8, 12, 3)
    assert shown[3, 1].tolist() == [100, 40, 20]
    assert shown[3, 5].tolist() == [100 // 2 + 128 // 2, 20, 10]
    assert shown[3, 9].tolist() == [50 + 127, 20 + 127, 10 + 127]
    assert shown[3, 3].tolist() == shown[3, 7].tolist() == [255, 255, 255]


def test_the_legend_has_the_same_colors() -> None:
    assert color_of(1) == "rgb(128,0,0)"
    assert color_of(VOID) == "rgb(255,255,255)"
