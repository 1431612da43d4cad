"""Where things are: on the panorama, on several scales, and on real photographs."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from course_utils.data import Preprocessing, dataset_path, evaluation_transform, load_image
from course_utils.data.class_names import class_names_from
from course_utils.errors import ImageError, ModelError
from course_utils.inference import Localizer, boxes
from course_utils.inference.scales import enlarged_scales
from course_utils.models import resnet18
from course_utils.models.pretrained import load_classifier
from picture_files import noise, save
from weight_files import SMALL

WIDTH, HEIGHT = 1024, 387


@pytest.fixture(scope="module")
def garden() -> Localizer:
    return Localizer.from_checkpoint("garden-resnet18")


@pytest.fixture(scope="module")
def panorama() -> Image.Image:
    return load_image(dataset_path("panorama") / "panorama.jpg")


def test_the_bee_is_found_where_it_is(garden: Localizer, panorama: Image.Image) -> None:
    left, top, right, bottom = json.loads(
        (dataset_path("panorama") / "panorama.json").read_text(encoding="utf-8")
    )["box"]
    location = garden.locate(panorama, "bee")
    box = location.detections[0].box
    assert left < (box[0] + box[2]) / 2 < right
    assert top < (box[1] + box[3]) / 2 < bottom
    assert location.label == "bee"
    assert location.highest == pytest.approx(location.detections[0].score, abs=1e-6)


def test_without_a_label_the_likeliest_thing_is_looked_for(
    garden: Localizer, panorama: Image.Image
) -> None:
    location = garden.locate(panorama)
    assert location.label in garden.class_names
    assert location.label != "background"
    others = [garden.respond(panorama).peak(i)[0] for i in range(8) if i != 1]
    assert location.highest == pytest.approx(max(others))


def test_background_is_found_when_it_is_asked_for(garden: Localizer, panorama: Image.Image) -> None:
    assert garden.locate(panorama, "background").detections


def test_boxes_of_every_scale_are_in_pixels_of_the_picture(
    garden: Localizer, panorama: Image.Image
) -> None:
    for scale in (0.5, 1.0, 1.5):
        box = garden.locate(panorama, "bee", 0.5, [scale]).detections[0].box
        assert 700 < box[0] < box[2] <= WIDTH
        assert 100 < box[1] < box[3] <= HEIGHT
    together = garden.locate(panorama, "bee", 0.5, [0.5, 1.0, 1.5]).detections
    scores = [detection.score for detection in together]
    assert scores == sorted(scores, reverse=True)


def test_nothing_is_found_in_an_empty_picture(garden: Localizer) -> None:
    location = garden.locate(Image.new("RGB", (300, 200), (120, 100, 80)), "bee", 0.9)
    assert location.detections == ()
    assert 0 <= location.highest < 0.9


def test_a_label_that_does_not_exist_is_refused_with_the_nearest(garden: Localizer) -> None:
    with pytest.raises(ModelError, match="no class 'bees': did you mean bee"):
        garden.index_of("bees")
    with pytest.raises(ModelError, match="no class 'camel': it knows ant, background, bee"):
        garden.index_of("camel")


@pytest.mark.parametrize(
    ("label", "found"), [("bee", 1), ("Bee", 1), (" KOALA", 3), ("4", 4), ("6", 6)]
)
def test_a_label_is_a_name_in_any_case_or_a_number(label: str, found: int) -> None:
    assert crowd().index_of(label) == found


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("camel", "no class 'camel': did you mean Arabian camel?"),
        ("KAOLA", "no class 'KAOLA': did you mean koala?"),
        ("crane", "2 classes are called 'crane': give a number, 4 or 5"),
        ("zebra", "no class 'zebra': it knows ant, bee, Arabian camel, koala, crane, crane, 9"),
        ("7", "no class '7': it knows"),
    ],
)
def test_a_label_that_is_none_or_two_is_refused(label: str, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        crowd().index_of(label)
    assert sentence in str(caught.value)


def crowd() -> Localizer:
    """As ImageNet, it has two classes of one name."""
    names = ("ant", "bee", "Arabian camel", "koala", "crane", "crane", "9")
    return Localizer(resnet18(len(names), stem_width=4), names, SMALL)


def test_an_upscaled_picture_gives_boxes_of_the_original(garden: Localizer) -> None:
    bee = load_image(dataset_path("panorama") / "panorama.jpg").crop((780, 190, 970, 370))
    small = bee.resize((63, 60))
    scales = enlarged_scales("a.png", small, 96, (1.0,), upscale=True)
    found = garden.locate(small, "bee", 0.1, scales).detections
    assert all(d.box[2] <= 63 and d.box[3] <= 60 for d in found)


def test_a_file_is_searched_as_its_picture_is(
    garden: Localizer, panorama: Image.Image, tmp_path: Path
) -> None:
    path = dataset_path("panorama") / "panorama.jpg"
    (found,) = garden.predict([path], "bee", 0.5, [0.5, 1.0])
    expected = garden.locate(panorama, "bee", 0.5, [0.5, 1.0])
    assert (found.path, expected.path) == (path, None)
    assert found.picture.size == expected.picture.size == panorama.size
    assert (found.label, found.highest) == ("bee", expected.highest)
    assert found.detections == expected.detections


def test_small_pictures_go_to_on_error_unless_they_may_be_enlarged(
    garden: Localizer, tmp_path: Path
) -> None:
    small, large = (save(tmp_path / f"{n}.png", noise(n, (n, 120))) for n in (60, 130))
    bad: list[ImageError] = []
    found = list(garden.predict([small, large], "bee", on_error=bad.append))
    assert [location.path for location in found] == [large]
    assert [str(error) for error in bad] == [
        f"{small}: measures 60×120 pixels, and this network needs 96 each way: enlarge it, or let "
        "--upscale do it"
    ]
    enlarged = [location.path for location in garden.predict([small, large], upscale=True)]
    assert enlarged == [small, large]


def test_what_no_picture_can_cure_is_refused_before_the_first(garden: Localizer) -> None:
    with pytest.raises(ModelError, match="did you mean bee"):
        next(garden.predict(["nowhere.jpg"], "bees"))
    with pytest.raises(ModelError, match="threshold=0"):
        next(garden.predict(["nowhere.jpg"], threshold=0))


def test_a_network_that_cannot_be_converted_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match="only a body"):
        Localizer(nn.Sequential(nn.Conv2d(3, 3, 1)), ("a", "b", "c"))


PASTED = 224
FLOOR_WINNER, FLOOR_ASKED = 0.75, 0.9


@pytest.mark.realdata
@pytest.mark.parametrize(("ground", "every"), [("mean", 2), ("noise", 4)])
def test_photographs_are_found_where_they_were_pasted(
    realdata: Path, ground: str, every: int
) -> None:
    """A real network, photographs at random places of a canvas (see the page of real results)."""
    names = class_names_from("imagenet")
    weights = realdata / "squeezenet1_0" / "squeezenet1_0.pth"
    model, info = load_classifier(weights, "squeezenet1_0", names)
    localizer = Localizer(model, names, info.preprocessing)
    transform = evaluation_transform(info.preprocessing)
    rng = np.random.default_rng(0)
    right = winner = asked = 0
    for path in sorted((realdata / "imagenet_samples").iterdir())[::every]:
        index, image = int(path.name[:3]), load_image(path)
        with torch.inference_mode():
            if int(model(transform(image)[None]).argmax()) != index:
                continue
        right += 1
        canvas, x, y = _pasted(image, rng, ground, info.preprocessing)
        response = localizer.respond(canvas)
        best = localizer.winner([response])
        winner += best == index and _inside(boxes(response, best)[0].box, x, y)
        found = boxes(response, index)
        asked += bool(found) and _inside(found[0].box, x, y)
    print(f"{ground}: {right} right alone, {winner} found, {asked} when asked for")
    assert right >= 15
    assert asked >= FLOOR_ASKED * right
    if ground == "mean":
        assert winner >= FLOOR_WINNER * right


def _pasted(
    image: Image.Image, rng: np.random.Generator, ground: str, preprocessing: Preprocessing
) -> tuple[Image.Image, int, int]:
    """The middle of a photograph at a random place of a canvas, and where that is."""
    x, y = int(rng.integers(WIDTH - PASTED + 1)), int(rng.integers(HEIGHT - PASTED + 1))
    noise = Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8))
    mean = tuple(round(255 * value) for value in preprocessing.mean)
    canvas = noise if ground == "noise" else Image.new("RGB", (WIDTH, HEIGHT), mean)
    canvas.paste(v2.Compose([v2.Resize(256), v2.CenterCrop(PASTED)])(image), (x, y))
    return canvas, x, y


def _inside(box: tuple[float, float, float, float], x: int, y: int) -> bool:
    """Whether the middle of a box lies in the photograph at (x, y)."""
    left, top, right, bottom = box
    return x <= (left + right) / 2 < x + PASTED and y <= (top + bottom) / 2 < y + PASTED
