"""Changes good contents of files as accidents and strangers do, the same way for the same seed."""

import random
import struct
import zlib
from collections.abc import Callable, Sequence

MOST_CHANGES = 6
REPEATING = 0.03
"""Share of the changes that repeat a piece, which takes longer to read than all others."""

LARGEST = 1 << 20
"""No content becomes larger."""

NUMBERS = (0, 1, 2, 3, 7, 8, 16, 64, 100, 127, 128, 255, 256, 1000, 4096, 32_767, 32_768, 65_535)
NUMBERS += (65_536, 10**6, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
"""At the limits of what is usual, and of what fits."""

WORDS = (b"0", b"-1", b"1e999", b"nan", b"null", b"[", b"{", b'"', b"\\ud800", b"\x1b[2J")
WORDS += (b"../", b"\n", b"\r", b"\0", b"\xff\xfe", b"9" * 5000, b"[" * 2000, b"\xe2\x80\xae")
"""What is inserted in texts."""

ATOMS = (b" ", b"\t", b"\n", b'"', b"'", b",", b"[", b"]", b"{", b"#", b"\\", b":", b"-", b"/")
ATOMS += (b"a ", b"a,", b"a\n", b"- ", b"- a\n", b"0:", b"0: a\n", b"'a',", b'"a",', b"../", b" #")
"""What is repeated in texts."""

REPEATED = 100_000
"""Bytes of a piece again and again: where reading takes time with the square, it shows."""

Change = Callable[[random.Random, bytearray], None]


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, changed in one to six places."""
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, MOST_CHANGES)):
        change = _repeat if rng.random() < REPEATING else rng.choice(CHANGES)
        change(rng, content)
        if rng.random() < 0.02:
            other = rng.choice(seeds)
            content[_place(rng, content) :] = other[_place(rng, other) :]
    return bytes(content[:LARGEST])


def _place(rng: random.Random, content: Sequence[int]) -> int:
    """Anywhere, but half of the time at the head, where what matters is written."""
    return rng.randrange(min(len(content), 200) + 1 if rng.random() < 0.5 else len(content) + 1)


def _flip(rng: random.Random, content: bytearray) -> None:
    if content:
        content[_place(rng, content) - 1] ^= 1 << rng.randrange(8)


def _byte(rng: random.Random, content: bytearray) -> None:
    if content:
        content[_place(rng, content) - 1] = rng.randrange(256)


def _number(rng: random.Random, content: bytearray) -> None:
    """An interesting number of one to eight bytes, in either order, over what is there."""
    size = rng.choice((1, 2, 2, 4, 4, 8))
    place, number = _place(rng, content), rng.choice(NUMBERS) % (1 << 8 * size)
    if place + size <= len(content):
        content[place : place + size] = number.to_bytes(size, rng.choice(("little", "big")))


def _cut(rng: random.Random, content: bytearray) -> None:
    place = _place(rng, content)
    del content[place : place + rng.choice((1, 2, 4, 16, len(content)))]


def _copy(rng: random.Random, content: bytearray) -> None:
    """Something that stands somewhere, once more elsewhere: inserted, or over what is there."""
    start, place = _place(rng, content), _place(rng, content)
    piece = content[start : start + rng.choice((1, 2, 4, 12, 32, 256))]
    content[place : place + rng.choice((0, len(piece)))] = piece


def _word(rng: random.Random, content: bytearray) -> None:
    place = _place(rng, content)
    content[place : place + rng.choice((0, 1))] = rng.choice(WORDS)


def _repeat(rng: random.Random, content: bytearray) -> None:
    """A word, or a few bytes that stand somewhere, so often that a list would never be so long."""
    start, place = _place(rng, content), _place(rng, content)
    piece = bytes(content[start : start + rng.choice((1, 2, 3, 8, 32))])
    piece = rng.choice((piece, rng.choice(ATOMS))) or b" "
    size = rng.choice((1000, 10_000, REPEATED // 4 if b"\n" in piece else REPEATED))
    if len(content) < REPEATED:  # once is enough
        content[place:place] = piece * (size // len(piece))


CHANGES: tuple[Change, ...] = (_flip, _byte, _number, _number, _cut, _copy, _word)


def repaired_png(content: bytes) -> bytes:
    """The same with the checksums of a PNG as they should be; other files as they are."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return content
    fixed, place = bytearray(content), 8
    while place + 12 <= len(fixed):
        (length,) = struct.unpack_from(">I", fixed, place)
        end = place + 8 + length
        if end + 4 > len(fixed):
            break
        struct.pack_into(">I", fixed, end, zlib.crc32(fixed[place + 4 : end]))
        place = end + 4
    return bytes(fixed)
