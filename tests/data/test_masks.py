"""Masks survive the way into a file and back; what is no mask is named."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.data.masks import (
    VOID,
    load_mask,
    palette_image,
    save_mask,
    voc_colors,
)
from course_utils.errors import CourseError, ImageError
from picture_files import save

D2L = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128], [128, 0, 128]]
D2L += [[0, 128, 128], [128, 128, 128], [64, 0, 0], [192, 0, 0], [64, 128, 0], [192, 128, 0]]
D2L += [[64, 0, 128], [192, 0, 128], [64, 128, 128], [192, 128, 128], [0, 64, 0], [128, 64, 0]]
D2L += [[0, 192, 0], [128, 192, 0], [0, 64, 128]]
"""The colors of the 21 classes as published with PASCAL VOC."""


def test_the_colors_are_the_published_ones_and_all_differ() -> None:
    colors = voc_colors()
    assert colors[:21].tolist() == D2L
    assert colors[VOID].tolist() == [224, 224, 192]
    assert len(np.unique(colors, axis=0)) == 256


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 40))
def test_a_mask_survives_its_file(tmp_path_factory: object, seed: int, H: int, W: int) -> None:
    folder = tmp_path_factory.mktemp("masks")  # type: ignore[attr-defined]
    classes = np.random.default_rng(seed).integers(0, 256, (H, W), dtype=np.uint8)
    save_mask(folder / "mask.png", classes)
    assert np.array_equal(load_mask(folder / "mask.png"), classes)
    save(folder / "colors.png", palette_image(classes).convert("RGB"))
    assert np.array_equal(load_mask(folder / "colors.png"), classes)
    save(folder / "gray.png", Image.fromarray(classes))
    assert np.array_equal(load_mask(folder / "gray.png"), classes)


@pytest.mark.realdata
def test_every_real_mask_survives_the_round_trip(realdata: Path, tmp_path: Path) -> None:
    paths = sorted((realdata / "camvid_voc" / "SegmentationClass").glob("*.png"))
    assert len(paths) == 468
    for path in paths:
        save_mask(tmp_path / "again.png", load_mask(path))
        with Image.open(path) as one, Image.open(tmp_path / "again.png") as two:
            assert (one.mode, one.size) == (two.mode, two.size)
            assert one.tobytes() == two.tobytes()
            assert one.getpalette() == two.getpalette()


def test_the_palette_of_a_file_does_not_matter(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1], [2, 255]], np.uint8))
    image.putpalette(list(range(255, -1, -1)) * 3)
    assert load_mask(save(tmp_path / "mask.png", image)).tolist() == [[0, 1], [2, 255]]


def test_opaque_colors_with_transparency_are_read(tmp_path: Path) -> None:
    image = palette_image(np.array([[0, 3], [VOID, 1]], np.uint8)).convert("RGBA")
    assert load_mask(save(tmp_path / "mask.png", image)).tolist() == [[0, 3], [VOID, 1]]


def test_unknown_colors_are_named_placed_and_counted(tmp_path: Path) -> None:
    pixels = np.zeros((4, 5, 3), np.uint8)
    pixels[2, 3:] = (1, 2, 3)
    pixels[3, 0] = (9, 9, 9)
    path = save(tmp_path / "mask.png", Image.fromarray(pixels))
    message = r"mask\.png: holds colors of no class \(colors: 2, pixels: 3\); the first is "
    where = r"\(1, 2, 3\) in row 2, column 3; save the mask as a palette PNG"
    with pytest.raises(ImageError, match=message + where):
        load_mask(path)


def test_a_color_beyond_the_classes_is_unknown(tmp_path: Path) -> None:
    path = save(tmp_path / "mask.png", palette_image(np.array([[2, 3]], np.uint8)).convert("RGB"))
    assert load_mask(path, num_classes=4).tolist() == [[2, 3]]
    with pytest.raises(ImageError, match=r"\(colors: 1, pixels: 1\); .* column 1"):
        load_mask(path, num_classes=3)


@pytest.mark.parametrize("mode", ["LA", "CMYK"])
def test_another_kind_of_picture_is_refused(mode: str, tmp_path: Path) -> None:
    ending = "tif" if mode == "CMYK" else "png"
    path = save(tmp_path / f"mask.{ending}", Image.new(mode, (4, 4)))
    with pytest.raises(ImageError, match=r"is of the mode .*; save the mask as a palette PNG"):
        load_mask(path)


@pytest.mark.parametrize(
    ("kind", "ending"), [("uint16", "png"), ("uint16", "tif"), ("int32", "tif")]
)
def test_indices_of_more_bits_are_the_same_indices(kind: str, ending: str, tmp_path: Path) -> None:
    indices = np.array([[0, 1, 2], [255, 2, 0]])
    path = save(tmp_path / f"mask.{ending}", Image.fromarray(indices.astype(kind)))
    assert load_mask(path, num_classes=3).tolist() == indices.tolist()
    save(path, Image.fromarray((indices + 26_000).astype(kind)))
    with pytest.raises(ImageError, match="holds the indices 26000 to 26255; a mask has 0 to 255"):
        load_mask(path, num_classes=3)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_text("no")
    with pytest.raises(ImageError, match="is not a picture"):
        load_mask(tmp_path / "mask.png")
    with pytest.raises(ImageError, match="there is no such file"):
        load_mask(tmp_path / "none.png")


def test_a_mask_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        save_mask(tmp_path / "nowhere" / "mask.png", np.zeros((2, 2), np.uint8))


def test_two_values_in_another_kind_of_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "mask.png", Image.new("LA", (4, 4)))
    with pytest.raises(ImageError, match="save the thing as 1, and background as 0"):
        load_mask(path)


def test_white_on_black_in_colors(tmp_path: Path) -> None:
    pixels = np.zeros((4, 5, 3), np.uint8)
    pixels[1, 2] = 255
    path = save(tmp_path / "mask.png", Image.fromarray(pixels))
    with pytest.raises(ImageError, match="where white is the thing, save the thing as 1"):
        load_mask(path, 2)


def permuted(classes: list[list[int]], order: list[int]) -> Image.Image:
    """A palette picture in the right colors, whose palette is in another order."""
    image = Image.fromarray(np.argsort(order).astype(np.uint8)[np.array(classes)])
    image.putpalette(voc_colors()[order].tobytes())
    return image


def test_a_palette_of_the_classes_colors_in_another_order(tmp_path: Path) -> None:
    image = permuted([[0, 1], [2, 2]], [2, 0, 1])
    path = save(tmp_path / "mask.png", image)
    with pytest.raises(ImageError, match=r"its palette shows the index 0 in the color of 2"):
        load_mask(path, 3)
    as_rgb = save(tmp_path / "colors.png", image.convert("RGB"))
    assert load_mask(as_rgb, 3).tolist() == [[0, 1], [2, 2]]


@pytest.mark.parametrize(
    "colors",
    [
        [[0, 0, 0], [255, 0, 0], [0, 255, 0]],  # its own
        [[0, 0, 0], [1, 1, 1], [2, 2, 2]],  # gray
        [[0, 0, 0], [128, 0, 0], [0, 0, 128]],  # one of the classes, one of none here
    ],
)
def test_any_other_palette_may_be_there(colors: list[list[int]], tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1], [2, 2]], np.uint8))
    image.putpalette([value for color in colors for value in color])
    assert load_mask(save(tmp_path / "mask.png", image), 3).tolist() == [[0, 1], [2, 2]]


def test_other_colors_are_looked_up(tmp_path: Path) -> None:
    colors = voc_colors().copy()
    colors[1] = (250, 50, 83)
    image = Image.fromarray(np.array([[[250, 50, 83], [0, 0, 0]]], np.uint8))
    for name, mask in (("rgb.png", image), ("palette.png", image.quantize(4))):
        assert load_mask(save(tmp_path / name, mask), 2, colors).tolist() == [[1, 0]]
    with pytest.raises(ImageError, match="holds indices, but labelmap"):
        load_mask(save(tmp_path / "gray.png", Image.new("L", (2, 2))), 2, colors)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.int16])
def test_an_array_of_labelmes(dtype: type, tmp_path: Path) -> None:
    void = 255 if dtype is np.uint8 else -1
    np.save(tmp_path / "a.npy", np.array([[0, 1, 2], [void, 0, 0]], dtype))
    assert load_mask(tmp_path / "a.npy").tolist() == [[0, 1, 2], [VOID, 0, 0]]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.zeros((2, 2, 3), np.uint8), "holds uint8 in the shape"),
        (np.zeros((2, 2)), "holds float64 in the shape"),
        (np.full((2, 2), -2), "holds the indices -2 to -2"),
        (np.full((2, 2), 256), "holds the indices 256 to 256"),
        (np.array([{}]), "is no array of NumPy's"),
        (np.zeros((0, 2), int), "holds int64 in the shape"),
    ],
)
def test_an_array_that_is_no_mask(values: np.ndarray, reason: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", values, allow_pickle=True)
    with pytest.raises(ImageError, match=reason):
        load_mask(tmp_path / "a.npy")


def test_an_array_that_is_damaged_missing_or_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\0")
    np.save(tmp_path / "d.npy", np.zeros((2, 2), int))
    (tmp_path / "d.npy").write_bytes((tmp_path / "d.npy").read_bytes().replace(b"}", b"("))
    os.mkfifo(tmp_path / "b.npy")
    reasons = {"a": "is no array", "b": "is a named pipe", "c": "there is no", "d": "is no array"}
    for name, reason in reasons.items():
        with pytest.raises(ImageError, match=reason):
            load_mask(tmp_path / f"{name}.npy")


@pytest.mark.parametrize(
    ("name", "how", "kind"),
    [
        ("a.jpg", {}, "JPEG"),
        ("a.png", {"format": "JPEG"}, "JPEG"),
        ("a.tif", {"compression": "jpeg"}, "JPEG"),
        ("a.webp", {}, "lossy WebP"),
        ("a.jp2", {"irreversible": True}, "JPEG 2000"),
        ("a.jp2", {"quality_layers": [40]}, "JPEG 2000"),
        ("a.webp", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}, "lossy WebP"),
    ],
)
def test_what_changes_pixels_is_refused(
    name: str, how: dict[str, object], kind: str, tmp_path: Path
) -> None:
    path = save(tmp_path / name, Image.new("L", (16, 16), 1), **how)
    with pytest.raises(ImageError, match=f"is a {kind} picture, .*; save the mask as PNG"):
        load_mask(path)


def test_what_changes_nothing_is_read(tmp_path: Path) -> None:
    classes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colors = palette_image(classes).convert("RGB")
    for exif in (b"", b"Exif\0\0II*\0\x08\0\0\0\0\0"):
        path = save(tmp_path / "a.webp", colors, lossless=True, exif=exif)
        assert np.array_equal(load_mask(path), classes)
    path = save(tmp_path / "a.tif", Image.fromarray(classes), compression="tiff_lzw")
    assert np.array_equal(load_mask(path), classes)
