"""Pictures and masks of all kinds, with broken metadata and repaired checksums."""

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from course_utils.data.finding import find_images
from course_utils.data.formats import readable_formats
from course_utils.data.images import load_image
from course_utils.data.masks import is_turned, load_mask, palette_image
from course_utils.data.palettes import require_one_palette
from course_utils.data.transforms import evaluation_transform
from mutate import repaired_png
from picture_files import color_tiff, deep_png, gray_tiff, noise
from target import Target, refusals

SIZE = (23, 17)


def read_picture(content: bytes) -> None:
    """As a training and ``predict`` read it; so does what looks into folders."""
    path = Path("picture.heic")  # of which the content is looked at
    path.write_bytes(content)
    with warnings.catch_warnings(action="ignore"), refusals():
        list(find_images([path.parent]))
    with refusals():
        prepare(load_image(path))


prepare = evaluation_transform()


def read_mask(content: bytes) -> None:
    """As ``train segmenter`` reads it, with its palette."""
    path = Path("mask.npy" if content.startswith(b"\x93") else "mask.png")
    path.write_bytes(content)
    with refusals():
        load_mask(path, 21)
    with refusals():
        is_turned(path)
    with refusals():
        require_one_palette(path.parent, [(path, frozenset(range(4)))])


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as the content of a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def exif() -> bytes:
    """What a camera writes: how it was held, its maker, fractions, a second directory."""
    data = Image.Exif()
    data.update({0x0112: 6, 0x010F: "Maker", 0x011A: 72.5, 0x0132: "2020:01:01 00:00:00"})
    data.get_ifd(0x8769).update({0x829A: 0.01, 0x9000: b"0231"})
    return data.tobytes()


def pictures() -> list[bytes]:
    """A small one of each kind."""
    rgb, deep = noise(1, SIZE), np.arange(391, dtype=np.uint16).reshape(SIZE[::-1]) * 150
    palette = rgb.quantize(9)
    palette.info["transparency"] = 3
    kinds: list[tuple[Image.Image, str, dict[str, object]]] = [
        *((rgb, kind, {}) for kind in ("BMP", "PPM", "TIFF", "GIF")),
        *((rgb.convert(mode), "JPEG", {"exif": exif()}) for mode in ("RGB", "L", "CMYK")),
        (rgb, "JPEG", {"progressive": True, "comment": b"c", "icc_profile": b"p" * 200}),
        *((rgb.convert(mode), "PNG", {"exif": exif()}) for mode in ("RGBA", "LA", "1")),
        (rgb, "PNG", {"pnginfo": _texts()}),
        (palette, "PNG", {"transparency": 3}),
        (palette, "GIF", {"save_all": True, "append_images": [palette], "comment": b"c"}),
        (Image.fromarray(deep), "PNG", {}),
        *((rgb, "TIFF", {"compression": name}) for name in ("tiff_lzw", "jpeg", "packbits")),
        (rgb, "TIFF", {"compression": "tiff_adobe_deflate", "tiffinfo": {0x0112: 6}}),
        (rgb.convert("1"), "TIFF", {"compression": "group4"}),
        (rgb.convert("RGBA"), "WEBP", {"lossless": True, "exif": exif()}),
        (rgb, "WEBP", {"exif": exif()}),
        (rgb, "MPO", {"save_all": True, "append_images": [rgb], "exif": exif()}),
        (rgb.convert("P"), "BMP", {}),
        *((rgb, kind, {}) for kind in ("JPEG2000", "AVIF") if kind in readable_formats()),
        (Image.fromarray(deep.astype(np.float32)), "TIFF", {}),
    ]
    made = [encoded(image, kind, **options) for image, kind, options in kinds]
    made += [gray_tiff(deep), color_tiff(np.asarray(rgb), planar=True)]
    made += [deep_png(2, 9, 4000, 0), deep_png(6, 9, 60_000, 0, 9)]
    return made


def _texts() -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "text", zip=True)
    texts.add_itxt("Title", "text", "en", "Titel", zip=True)
    return texts


def masks() -> list[bytes]:
    """Indices and colors, as pictures and as an array of NumPy's."""
    classes = np.zeros(SIZE[::-1], np.uint8)
    classes[3:9, 2:12], classes[9] = 2, 255
    mask, array = palette_image(classes), io.BytesIO()
    np.save(array, classes.astype(np.int16))
    kinds = [(mask, "PNG"), (mask.convert("RGB"), "PNG"), (mask.convert("RGBA"), "PNG")]
    kinds += [(mask, "GIF"), (mask, "BMP"), (mask, "TIFF"), (Image.fromarray(classes), "PNG")]
    kinds += [(Image.fromarray(classes.astype(np.uint16)), "PNG"), (mask.convert("RGB"), "TIFF")]
    turned = encoded(mask, "PNG", exif=exif(), transparency=0)
    return [array.getvalue(), turned, *(encoded(image, kind) for image, kind in kinds)]


def repaired(content: bytes) -> bytes:
    """With the checksums of a PNG, and the lengths that a RIFF and an array's head state."""
    if content[:4] == b"RIFF" and len(content) >= 12:
        return content[:4] + struct.pack("<I", len(content) - 8) + content[8:]
    return repaired_png(content)


PICTURES = Target(read_picture, pictures, repaired)
MASKS = Target(read_mask, masks, repaired)
