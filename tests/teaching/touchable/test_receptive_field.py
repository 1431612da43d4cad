"""A receptive field to touch, as Python sees it."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image

from course_utils.teaching.touchable import receptive_field
from receptive_field_pages import receptive_field_data, receptive_field_html


def test_the_words_are_the_numbers_at_the_start() -> None:
    data = receptive_field_data()
    x, y = (round(c) for c in data["stages"][3]["heats"][0]["centroid"])
    said = receptive_field.words(data)
    assert said.startswith(
        "At the start: layer4, row 0, column 0: it can depend on 435 by 435 pixels around x 0, y 0."
        f" 75 % of them lie outside of the picture; it covers 95 % of the picture. Centroid of the"
        f" heat: x {x}, y {y}, "
    )


def test_the_picture_shows_field_heat_and_numbers() -> None:
    drawn = receptive_field.still(receptive_field_data())
    for part in ("435 × 435<", "75 % outside", "h435v435h-435z", "center x 0, y 0", 'opacity="1"'):
        assert part in drawn
    assert "c3" not in drawn


def test_the_figure_is_small() -> None:
    assert len(receptive_field_html().encode()) <= 24_400


def test_the_picture_is_stored_small_and_gray() -> None:
    image = receptive_field.stored(receptive_field_data())["image"]
    stored = Image.open(io.BytesIO(base64.b64decode(image.split(",")[1])))
    assert (stored.mode, stored.size) == ("L", (90, 90))


def unpack(letters: str) -> list[int]:
    """What the script reads."""
    levels: list[int] = []
    for letter in letters:
        code = ord(letter)
        if code < 93:
            levels += [n + 1 for n in divmod(code - 35 - (code > 60), 7)]
        elif code < 105:
            levels.append(code - 92)
        else:
            levels += [0] * (code - 104 if code < 119 else 14 * (code - 117))
    return levels


def test_what_is_packed_is_read_again() -> None:
    data = receptive_field_data()
    for plain, stage in zip(data["stages"], receptive_field.stored(data)["stages"], strict=True):
        n, rows, columns, marks, letters = stage[5:]
        levels = torch.tensor(unpack(letters)).view(-1, n, n)
        blocks = torch.tensor([heat["blocks"] for heat in plain["heats"]])
        shares = blocks / blocks.amax(dim=(1, 2), keepdim=True)
        assert (levels / 12 - shares).abs().max() <= 0.5 / 12 + 1e-6
        assert len(marks) == 3 * len(rows) * len(columns)
    for levels in ([0] * k + [12] + [0] * k + [k % 12, 1, 7, 7, 8, 8, 7] for k in range(300)):
        packed = receptive_field.pack(levels)
        assert unpack(packed) == levels
        assert not set(packed) & set('<"\\')


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The data with one mistake."""
    data = receptive_field_data()
    change(data)
    return data


def _swap(data: dict[str, Any]) -> None:
    data["stages"][3]["heats"][1]["centroid"].reverse()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["picture"].update(image="bee.jpg"), "a JPEG or a PNG"),
        (lambda d: d.update(stages=d["stages"][:1]), "two to five stages"),
        (lambda d: d["stages"][0]["heats"].pop(), "layer1: the cells with heat are a full grid"),
        (lambda d: d["stages"][1]["heats"].reverse(), "layer2: the cells with heat are a full"),
        (lambda d: d["stages"][3].update(heats=[]), "layer4: the cells with heat are a full grid"),
        (lambda d: d["stages"][3].update(cells=6), "layer4: a cell lies outside of the map"),
        (lambda d: d["stages"][2]["heats"][4]["blocks"].pop(), "n × n blocks"),
        (lambda d: d["picture"].update(side=225), "n divides the side"),
        (lambda d: d["stages"][3]["heats"][1].update(blocks=[[0.0] * 14] * 14), "not all 0"),
        (lambda d: d["stages"][3]["heats"][1]["blocks"][0].__setitem__(0, -1.0), "at least 0"),
        (_swap, r"layer4, cell \[0, 1\]: the centroid, x and y, is not that of the blocks"),
        (lambda d: d["stages"][3]["heats"][1].update(side95=0), "above 0"),
        (lambda d: d["start"].update(stage="layer5"), "starts at a stage and a cell"),
        (lambda d: d["start"].update(cell=[0, 7]), "starts at a stage and a cell"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    for use in (receptive_field.still, receptive_field.words):
        with pytest.raises(ValueError, match=said):
            use(changed(change))
