"""Whatever a file holds: the right RGB picture, or an error that names it."""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from course_utils.data.images import load_image
from course_utils.data.picture_limits import MAX_PIXELS
from course_utils.errors import ImageError
from picture_files import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    bomb_bmp,
    bomb_gif,
    bomb_png,
    deep_png,
    noise,
    save,
)

Color = tuple[int, int, int]


def flat(mode: str, color: object) -> Image.Image:
    return Image.new(mode, (16, 16), color)  # type: ignore[arg-type]


def palette(transparent: bool) -> Image.Image:
    """Index 0 red, index 1 green; all pixels are 1."""
    image = Image.new("P", (16, 16), 1)
    image.putpalette([*RED, *GREEN])
    if transparent:
        image.info["transparency"] = 1
    return image


PICTURES: dict[str, tuple[Image.Image, str, Color]] = {
    "RGB": (flat("RGB", (10, 200, 30)), "a.png", (10, 200, 30)),
    "grayscale": (flat("L", 77), "a.png", (77, 77, 77)),
    "grayscale JPEG": (flat("L", 77), "a.jpg", (77, 77, 77)),
    "black and white": (flat("1", 1), "a.png", WHITE),
    "palette": (palette(False), "a.png", GREEN),
    "palette GIF": (palette(False), "a.gif", GREEN),
    "RGBA, opaque": (flat("RGBA", (9, 8, 7, 255)), "a.png", (9, 8, 7)),
    "RGBA, half": (flat("RGBA", (255, 0, 0, 128)), "a.png", (255, 127, 127)),
    "RGBA WebP": (flat("RGBA", (0, 0, 0, 1)), "a.webp", (254, 254, 254)),
    "LA, opaque": (flat("LA", (50, 255)), "a.png", (50, 50, 50)),
    "LA, half": (flat("LA", (0, 128)), "a.png", (127, 127, 127)),
    "CMYK JPEG": (flat("CMYK", (0, 255, 255, 0)), "a.jpg", RED),
    "CMYK TIFF": (flat("CMYK", (255, 255, 0, 0)), "a.tif", BLUE),
    "16-bit gray": (flat("I;16", 128 * 257), "a.png", (128, 128, 128)),
    "16-bit gray TIFF": (flat("I;16", 65535), "a.tif", WHITE),
    "YCbCr TIFF": (flat("YCbCr", (76, 85, 255)), "a.tif", (254, 0, 0)),
    "BMP": (flat("RGB", BLUE), "a.bmp", BLUE),
    "capital ending": (flat("RGB", BLUE), "A.PNG", BLUE),
}

DEEP = {
    "16-bit gray": (deep_png(0, 0x8080), (128, 128, 128)),
    "16-bit RGB": (deep_png(2, 0x1010, 0x8080, 0xFFFF), (16, 128, 255)),
    "16-bit gray+alpha": (deep_png(4, 0, 0x8080), (127, 127, 127)),
    "16-bit RGBA": (deep_png(6, 0xFFFF, 0, 0, 0x8080), (255, 127, 127)),
}


def require_flat(image: Image.Image, color: Color) -> None:
    assert image.mode == "RGB"
    difference = np.abs(np.asarray(image).astype(int) - color).max()
    assert difference <= 1, f"{image.getpixel((0, 0))} is not {color}"


@pytest.mark.parametrize("kind", PICTURES)
def test_every_kind_gives_the_right_rgb(kind: str, tmp_path: Path) -> None:
    image, name, color = PICTURES[kind]
    require_flat(load_image(save(tmp_path / name, image)), color)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (palette(True), "a.png"),
        (flat("RGBA", (1, 2, 3, 0)), "a.png"),
        (flat("LA", (1, 0)), "a.tif"),
    ],
    ids=["palette", "RGBA", "LA"],
)
def test_what_nobody_sees_is_refused(image: Image.Image, name: str, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="is transparent everywhere"):
        load_image(save(tmp_path / name, image))


@pytest.mark.parametrize("kind", DEEP)
def test_sixteen_bits_are_scaled_down(kind: str, tmp_path: Path) -> None:
    content, color = DEEP[kind]
    (tmp_path / "deep.png").write_bytes(content)
    require_flat(load_image(tmp_path / "deep.png"), color)


def test_a_sixteen_bit_ramp_keeps_its_shades(tmp_path: Path) -> None:
    values = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    image = load_image(save(tmp_path / "ramp.png", Image.fromarray(values)))
    assert np.asarray(image)[..., 0].ravel().tolist() == list(range(256))


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [flat("RGB", BLUE), flat("RGB", GREEN)]
    path = save(tmp_path / "a.gif", flat("RGB", RED), save_all=True, append_images=frames)
    assert Image.open(path).n_frames == 3
    require_flat(load_image(path), RED)


def test_a_picture_of_one_pixel(tmp_path: Path) -> None:
    image = load_image(save(tmp_path / "a.png", Image.new("RGB", (1, 1), RED)))
    assert (image.size, image.getpixel((0, 0))) == ((1, 1), RED)


def test_twelve_megapixels(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Image.new("RGB", (4000, 3000), (90, 90, 90)), quality=30)
    image = load_image(path)
    assert image.size == (4000, 3000)
    require_flat(image.crop((1990, 1490, 2010, 1510)), (90, 90, 90))


# EXIF, table of the orientation tag: where the stored row 0 and the stored column 0 are seen.
SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def upright_pixels() -> np.ndarray:
    """48 wide, 32 high: a quarter each of red, green, blue and white."""
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:16, :24], pixels[:16, 24:], pixels[16:, :24], pixels[16:, 24:] = RED, GREEN, BLUE, WHITE
    return pixels


def stored_pixels(orientation: int) -> np.ndarray:
    """What a camera stores that is held that way."""
    first_row, first_column = SIDES[orientation]
    pixels = upright_pixels()
    if first_row in ("left", "right"):
        pixels = pixels.transpose(1, 0, 2)
    pixels = pixels[::-1] if first_row in ("bottom", "right") else pixels
    return pixels[:, ::-1] if first_column in ("bottom", "right") else pixels


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
def test_a_turned_camera_gives_an_upright_picture(
    orientation: int, name: str, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    quality = {"quality": 100, "subsampling": 0} if name == "a.jpg" else {}
    image = Image.fromarray(np.ascontiguousarray(stored_pixels(orientation)))
    loaded = np.asarray(load_image(save(tmp_path / name, image, exif=exif, **quality)))
    assert loaded.shape == (32, 48, 3)
    difference = np.abs(loaded.astype(int) - upright_pixels())[4:-4:8, 4:-4:8]
    assert difference.max() <= 12


def test_a_mark_that_means_nothing_is_ignored(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    require_flat(load_image(save(tmp_path / "a.png", flat("RGB", RED), exif=exif)), RED)


def jpeg_bytes() -> bytes:
    stream = io.BytesIO()
    noise(1).save(stream, "JPEG")
    return stream.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "text": (b"I am no picture, whatever my name says.\n", "is not a picture"),
    "empty": (b"", "is empty"),
    "only a header": (b"\xff\xd8\xff\xe0", "is not a picture|is damaged"),
    "cut off": (jpeg_bytes()[:-400], "is damaged or cut off"),
    "bomb, PNG": (bomb_png(20_000, 20_000), "too many pixels"),
    "bomb, PNG just above the limit": (bomb_png(13_342, 13_342), "13342×13342"),
    "bomb, BMP": (bomb_bmp(30_000, 30_000), "too many pixels"),
    "bomb, GIF": (bomb_gif(60_000, 60_000), "too many pixels"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_with_the_reason(kind: str, tmp_path: Path) -> None:
    content, reason = BAD[kind]
    path = tmp_path / "bad.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=reason) as caught:
        load_image(path)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind.startswith("bomb")])
def test_a_bomb_is_refused_by_its_header(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(image: ImageFile.ImageFile) -> None:
        pytest.fail(f"decoding of {image.size} began")

    monkeypatch.setattr(ImageFile.ImageFile, "load", explode)
    (tmp_path / "bomb").write_bytes(BAD[kind][0])
    with pytest.raises(ImageError, match="too many pixels"):
        load_image(tmp_path / "bomb")


def test_the_limit_is_the_one_promised() -> None:
    assert MAX_PIXELS == 178_000_000


def test_a_picture_just_below_the_limit_is_decoded(tmp_path: Path) -> None:
    content = bomb_png(178_000, 1_000) + bytes(3_000_000)  # as long as a picture's file is
    (tmp_path / "long.png").write_bytes(content)
    with pytest.raises(ImageError, match="is damaged or cut off"):  # its pixels are missing
        load_image(tmp_path / "long.png")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        load_image(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="is a folder"):
        load_image(tmp_path)


def test_a_name_that_no_disk_can_hold(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load_image(tmp_path / ("a" * 300 + ".jpg"))


def sources() -> dict[str, bytes]:
    """A small picture in each format."""
    encoded = {}
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"):
        stream = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        noise(3, (12, 9)).save(stream, kind, exif=exif)
        encoded[kind] = stream.getvalue()
    return encoded


ENCODED = sources()


@given(
    kind=st.sampled_from(sorted(ENCODED)),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
)
def test_damage_gives_a_picture_or_an_image_error(
    kind: str, cut: float, changes: list[tuple[float, int]]
) -> None:
    content = bytearray(ENCODED[kind])
    for where, value in changes:
        content[int(where * len(content))] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a")
        path.write_bytes(content[: round(cut * len(content))])
        try:
            assert load_image(path).mode == "RGB"
        except ImageError as error:
            assert error.path == path
