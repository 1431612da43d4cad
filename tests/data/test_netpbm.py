"""PGM, PPM and PBM: every number counts, whatever white is, and none of them takes long."""

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data import netpbm
from course_utils.data.images import load_image
from course_utils.data.netpbm import binary
from course_utils.errors import ImageError

PAIRS: dict[str, tuple[bytes, bytes]] = {
    "PGM": (b"P2\n3 2\n255\n0 1 2\n253 254 255\n", b"P5 3 2 255\n\0\1\2\xfd\xfe\xff"),
    "PGM of GIMP": (b"P2\n# made by GIMP\n3 1\n7\n0\n1\n7", b"P5 3 1 7\n\0\1\7"),
    "PGM with comments": (b"P2 #\n2#a\n1\n7#\n#\n0 #3\n1", b"P5 2 1 7\n\0\1"),
    "PGM of 16 bits": (b"P2 2 1 1023\n0 1023", b"P5 2 1 1023\n\0\0\3\xff"),
    "PPM": (b"P3 1 2 255 255 0 1\r\n0 1 2\r\n", b"P6 1 2 255\n\xff\0\1\0\1\2"),
    "PPM of 16 bits": (b"P3 1 1 300 300 0 150", b"P6 1 1 300\n\1\x2c\0\0\0\x96"),
    "PBM": (b"P1\n9 2\n111111110\n0 0 0 0 0 0 0 0 1\n", b"P4 9 2\n\xff\0\0\x80"),
    "more than there should be": (b"P2 1 1 255\n9 8 7 \0", b"P5 1 1 255\n\x09"),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_plain_files_show_what_binary_ones_show(kind: str, tmp_path: Path) -> None:
    plain, packed = PAIRS[kind]
    one, two = (Image.open(io.BytesIO(content)) for content in (binary(tmp_path, plain), packed))
    assert (one.mode, one.size, one.tobytes()) == (two.mode, two.size, two.tobytes())
    (tmp_path / "a").write_bytes(plain)
    (tmp_path / "b").write_bytes(packed)
    assert load_image(tmp_path / "a").tobytes() == load_image(tmp_path / "b").tobytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"P2 2 2 255\n1 2 3", r"cut off \(3 of 4 numbers from 0 to 255\)"),
        (b"P2 2 2 255\n1 2 x 4", "2 of 4 numbers"),
        (b"P2 2 2 255\n1 2 -3 4", "2 of 4 numbers"),
        (b"P2 2 1 7\n1 8", "2 of 2 numbers from 0 to 7"),
        (b"P2 2 1 7\n1 4294967297", "too many digits"),
        (b"P2 99999999 99999999 7\n1", "1 of 9999999800000001 numbers"),
        (b"P1 2 2\n0120", "4 of 4 numbers from 0 to 1"),
        (b"P1 2 2\n010", "3 of 4 numbers"),
        (b"P2 2 2", "is not a picture"),
        (b"P3 years later", "is not a picture"),
    ],
)
def test_what_is_wrong_with_a_plain_file(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.pgm").write_bytes(content)
    with pytest.raises(ImageError, match=rf"a\.pgm: .*{reason}"):
        load_image(tmp_path / "a.pgm")


def test_a_plain_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netpbm, "MOST_AT_ONCE", 1 << 20)
    with pytest.raises(ImageError, match=r"a: has more than 1 MiB of digits; save it as PNG"):
        binary(Path("a"), bytes((1 << 20) + 1))


HEAD = b"P2 8 8 255\n"


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"1#\n" * 349_000,
        HEAD + b"#\n" * 524_000,
        b"P2 " + b"#\n" * 524_000 + HEAD[3:] + b"1 " * 64,
        HEAD + b" " * (1 << 20),
        HEAD + b"1" * (1 << 20),
        b"P5 1023 1023 254\n" + bytes(1023 * 1023),
        b"P6 590 590 254\n" + bytes(3 * 590 * 590),
    ],
    ids=["numbers and comments", "comments", "a long head", "space", "digits", "P5", "P6"],
)
def test_a_mebibyte_takes_little_time(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    start = time.thread_time()
    try:
        load_image(tmp_path / "a")
    except ImageError as error:
        assert "damaged" in error.reason
    assert time.thread_time() - start < 1


@pytest.mark.parametrize("white", [1, 20, 254, 256, 1023, 4095, 65_534])
@pytest.mark.parametrize("plain", [True, False])
def test_the_head_says_what_is_white(white: int, plain: bool, tmp_path: Path) -> None:
    numbers = np.linspace(0, white / 20 if white > 255 else white, 60).astype(int)
    text = " ".join(map(str, numbers)).encode()
    packed = numbers.astype(np.uint8 if white < 256 else ">u2").tobytes()
    content = b"%s 10 6 %d\n" % (b"P2" if plain else b"P5", white) + (text if plain else packed)
    (tmp_path / "a.pgm").write_bytes(content)
    shades = np.asarray(load_image(tmp_path / "a.pgm"))[..., 0].reshape(-1)
    assert np.abs(shades - numbers / white * 255).max() <= 0.5


def test_numbers_above_white_are_white(tmp_path: Path) -> None:
    for content in (b"P5 2 1 20\n\0\x21", b"P6 1 1 20\n\0\x21\x21", b"P5 2 1 1023\n\0\0\xff\xff"):
        (tmp_path / "a").write_bytes(content)
        assert load_image(tmp_path / "a").getextrema()[1][1] == 255


def test_65535_stands_in_any_file_of_16_bits_and_says_nothing(tmp_path: Path) -> None:
    for content in (b"P5 2 1 65535\n\0\0\3\xff", b"P2 2 1 65535\n0 1023"):
        (tmp_path / "a.pgm").write_bytes(content)
        with pytest.raises(ImageError, match="from 0 to 1023, and nothing says which is white"):
            load_image(tmp_path / "a.pgm")
