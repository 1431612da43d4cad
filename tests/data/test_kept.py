"""What was read stays in memory, as much of it as there is room for."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image

from course_utils.data.kept import Kept, nbytes_of


def test_what_finds_room_stays_and_the_rest_does_not() -> None:
    kept: Kept[str] = Kept(10)
    for key, size in (("a", 6), ("b", 5), ("c", 4), ("a", 1)):
        kept.keep(key, key.upper(), size)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")
    assert (len(kept), kept.nbytes) == (2, 10)


def test_many_threads_do_not_use_more_room() -> None:
    kept: Kept[int] = Kept(100)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: kept.keep(key, key, 3), range(1000)))
    assert (len(kept), kept.nbytes) == (33, 99)


def test_bytes_are_those_in_memory() -> None:
    assert nbytes_of(torch.zeros(3, 5, 7, dtype=torch.uint8)) == 105
    assert nbytes_of(Image.new("RGB", (5, 7))) == 140
    assert nbytes_of((np.zeros(4, np.float32), torch.zeros(2))) == 24
    assert nbytes_of("a text") > 0
