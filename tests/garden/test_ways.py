"""Ways to look at a panorama: maps, places and boxes, beside what the package does."""

import pytest
import torch
from PIL import Image

from course_utils.inference import Localizer, boxes, score_map
from course_utils.teaching.panoramas import panorama_of
from garden.experiments import ways

THRESHOLD = 0.8


@pytest.fixture(scope="module")
def localizer() -> Localizer:
    return Localizer.from_checkpoint("garden-resnet18")


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return panorama_of(26)[0].crop((300, 0, 620, 200))


def test_in_the_windows_middle_scores_and_boxes_are_those_of_the_package(
    localizer: Localizer, picture: Image.Image
) -> None:
    daisy = localizer.index_of("daisy")
    answers = ways.ways_of(localizer, picture, 1.0, whole_only=True)["one scale"]
    response = localizer.respond(picture)
    gap = (answers.scores(daisy) - score_map(response, daisy)).abs()
    assert gap.max() < 0.04  # the package takes the value of a middle that is half a pixel off
    found = ways.boxes_of(answers, localizer.class_names, [THRESHOLD], picture.size)[THRESHOLD]
    expected = sorted(one.box for one in boxes(response, daisy, THRESHOLD))
    close = sorted(box for _, box in found["daisy"])
    assert torch.tensor(close).sub(torch.tensor(expected)).abs().max() <= 1


def test_every_pixel_takes_one_whole_position() -> None:
    takes = ways.hats(10, 4, 1.5, 2)
    assert torch.allclose(takes.sum(dim=1), torch.ones(10))
    assert takes[2].tolist() == [0.75, 0.25, 0, 0]


def test_a_finer_map_holds_the_coarse_one(localizer: Localizer, picture: Image.Image) -> None:
    x = ways.copy_of(localizer, picture, 1.0)
    whole, fine = ways.dense(localizer, x), ways.stitched(localizer, x, 2)
    assert torch.allclose(fine[:, ::2, ::2], whole[:, : -(-fine.shape[1] // 2)], atol=1e-5)
    shifted = ways.dense(localizer, x[:, :, 16:, :])
    assert torch.allclose(fine[:, 1::2, ::2], shifted[:, : fine.shape[1] // 2], atol=1e-5)


def test_isolated_windows_are_classified_alone(localizer: Localizer, picture: Image.Image) -> None:
    x = ways.copy_of(localizer, picture, 1.0)
    alone = ways.isolated(localizer, x)
    assert alone.shape == (8, 4, 8)
    with torch.inference_mode():
        one = localizer.model(x[:, :, 64:160, 96:192])[0].softmax(dim=0)
    assert torch.allclose(alone[:, 2, 3], one, atol=1e-5)


def test_by_the_union_a_small_box_inside_a_large_one_stays() -> None:
    scales = [
        {"bee": [(0.9, (0.0, 0.0, 100.0, 100.0))]},
        {"bee": [(0.8, (40.0, 40.0, 60.0, 60.0))]},
    ]
    assert len(ways.together(scales)) == 1
    assert len(ways.together(scales, ways.UNION)) == 2


@pytest.mark.parametrize("turn", ways.TURNS)
def test_a_turned_picture_holds_its_things_in_their_boxes(turn: str) -> None:
    picture = Image.new("RGB", (40, 30))
    picture.paste((255, 0, 0), (5, 2, 15, 9))
    turned, ((label, box),) = ways.turned(picture, [("bee", (5, 2, 15, 9))], turn)
    assert (label, turned.size) == ("bee", (40, 30))
    assert turned.getbbox() == box
    assert (turn == "as it is") == (box == (5, 2, 15, 9))
