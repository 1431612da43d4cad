"""The scores of a cell to touch, as Python sees them."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image
from torchvision.transforms.v2.functional import pil_to_tensor

from cell_scores_pages import CELL, NAMES, cell_scores_data, cell_scores_html, computed, shares_of
from course_utils.teaching.touchable import cell_scores


def test_the_words_are_the_numbers_at_the_start() -> None:
    _, scores, answer, truth = computed()
    here = scores[:, 1, 2]
    order = here.argsort(descending=True).tolist()
    said = ", ".join(f"{NAMES[k]} {here[k]:.1f}".replace("-", "−") for k in order)
    assert cell_scores.words(cell_scores_data()) == (
        f"At the start: row 1, column 2: {said}. Of its pixels the network answers"
        f" {shares_of(answer, 1, 2)}; the truth is {shares_of(truth, 1, 2)}."
    )


def test_the_picture_shows_the_cell_and_its_scores() -> None:
    drawn = cell_scores.still(cell_scores_data())
    for score in computed()[1][:, 1, 2]:
        assert f">{score:.1f}<".replace("-", "−") in drawn
    assert drawn.count("<image") == 2
    assert all(f">{name}<" in drawn for name in NAMES)


def test_the_figure_is_small() -> None:
    assert len(cell_scores_html().encode()) <= 25_000


def test_the_answer_is_stored_in_the_colors_of_its_classes() -> None:
    data = cell_scores_data()
    address = cell_scores.mask(data)
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB")
    table = torch.tensor([list(bytes.fromhex(color[1:])) for color in data["colors"]])
    pixels = pil_to_tensor(image).permute(1, 2, 0)
    assert torch.equal(pixels, table[computed()[2]])


def test_pixels_at_the_edge_are_those_of_the_picture() -> None:
    answer = computed()[2]
    counts = cell_scores.stored(cell_scores_data())["pixels"][0][-1]
    part = answer[2 * CELL :, 3 * CELL :]
    assert sum(counts[1::2]) == part.numel()
    assert all((part == k).sum() == n for k, n in zip(counts[::2], counts[1::2], strict=True))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The data with one mistake."""
    data = cell_scores_data()
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["picture"].update(image="bee.jpg"), "a JPEG or a PNG"),
        (lambda d: d.update(classes=["ant"]), "two to eight classes"),
        (lambda d: d["classes"].__setitem__(1, "bee"), "a name of its own"),
        (lambda d: d["colors"].pop(), "each class has a color"),
        (lambda d: d["colors"].__setitem__(0, "red"), "each class has a color"),
        (lambda d: d["scores"].pop(), "3×4 cells"),
        (lambda d: d["scores"][2].pop(), "3×4 cells"),
        (lambda d: d["scores"][1][1].pop(), "a score for each class"),
        (lambda d: d["scores"][1][1].__setitem__(0, float("nan")), "a score is a number"),
        (lambda d: d["answer"].pop(), "answer has a class for each of the 70×105 pixels"),
        (lambda d: d["truth"][3].pop(), "truth has a class for each"),
        (lambda d: d["answer"][0].__setitem__(0, 3), "the answer holds classes only"),
        (lambda d: d.update(start=[3, 0]), "a cell that the map has"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    for use in (cell_scores.still, cell_scores.words):
        with pytest.raises(ValueError, match=said):
            use(changed(change))
