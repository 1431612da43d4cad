"""What is kept of single pictures while a set is measured: the few that are shown."""

import numpy as np
import pytest
import torch
from torch import Tensor

from course_utils.models import fcn8s
from course_utils.models.resnet import resnet10
from course_utils.models.weights import PixelInfo, WeightsInfo
from course_utils.training import evaluate, parts
from course_utils.training.parts import Answer
from course_utils.training.seen import (
    MOST_MISTAKES,
    MOST_OVERLAYS,
    SIDE,
    SeenPictures,
    SeenPixels,
    observer_for,
    together,
)
from dense_networks import lively

VOID = 255


def answer(probabilities: Tensor, labels: Tensor) -> Answer:
    return Answer(probabilities.log(), labels, slice(0, len(labels)))


def random_answers(count: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    probabilities = torch.rand(count, 3, generator=generator).softmax(dim=1)
    return probabilities, torch.randint(0, 3, (count,), generator=generator)


def test_the_surest_mistakes_come_first() -> None:
    probabilities = torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]])
    seen = SeenPictures()
    seen([4, 7, 9, 11], answer(probabilities, torch.tensor([0, 0, 0, 1])))
    found = [(m.position, m.truth, m.answered) for m in seen.mistakes()]
    assert found == [(7, 0, 1), (9, 0, 1), (11, 1, 0)]
    assert seen.mistakes()[0].probability == pytest.approx(0.8)
    assert seen.mistakes()[0].of_truth == pytest.approx(0.2)


def test_only_so_many_are_kept_and_they_are_the_surest() -> None:
    probabilities, labels = random_answers(300)
    seen = SeenPictures()
    for start in range(0, 300, 32):
        batch = slice(start, start + 32)
        seen(range(300)[batch], answer(probabilities[batch], labels[batch]))
        assert len(seen.kept) <= MOST_MISTAKES
    wrong = (probabilities.argmax(dim=1) != labels).nonzero()[:, 0]
    order = probabilities.amax(dim=1)[wrong].sort(descending=True, stable=True).indices
    expected = wrong[order][:MOST_MISTAKES].tolist()
    assert [m.position for m in seen.mistakes()] == expected


def test_of_equal_mistakes_the_first_of_the_set_are_kept() -> None:
    probabilities = torch.tensor([[0.25, 0.75]]).expand(100, 2)
    seen = SeenPictures()
    seen(range(100), answer(probabilities, torch.zeros(100, dtype=torch.long)))
    assert [m.position for m in seen.mistakes()] == list(range(MOST_MISTAKES))


def test_the_answer_is_the_greatest_logit_where_probabilities_round_to_one() -> None:
    seen = SeenPictures()
    logits = torch.tensor([[40.0, 40.000004]], dtype=torch.float32)
    seen([0], Answer(logits, torch.tensor([1]), slice(0, 1)))
    assert seen.mistakes() == []


def test_several_processes_see_what_one_sees() -> None:
    probabilities, labels = random_answers(200)
    whole, halves = SeenPictures(), [SeenPictures(), SeenPictures()]
    whole(range(200), answer(probabilities, labels))
    for rank, seen in enumerate(halves):
        seen(range(rank, 200, 2), answer(probabilities[rank::2], labels[rank::2]))
    both = together(halves)
    assert isinstance(both, SeenPictures)
    assert both.mistakes() == whole.mistakes()
    assert torch.equal(both.calibration.counts, whole.calibration.counts)


def scenes(count: int, height: int, width: int) -> torch.utils.data.TensorDataset:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(count, 3, height, width, generator=generator)
    labels = torch.randint(0, 5, (count, height, width), generator=generator)
    labels[:, :20, 20:] = VOID
    labels[1] = VOID
    return torch.utils.data.TensorDataset(images, labels)


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    model = fcn8s(lively(resnet10(stem_width=4)), 5).eval()
    for parameter in model.head.parameters():
        torch.nn.init.normal_(parameter, 0, 0.2)
    return model


@pytest.mark.parametrize("batch_size", [1, 2])
def test_large_pictures_are_seen_the_same_in_parts(
    batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, model = scenes(4, 90, 901), network()
    found = []
    for whole in (90 * 901, 90 * 901 - 1):
        monkeypatch.setattr(parts, "WHOLE", whole)
        monkeypatch.setattr(parts, "TILE", 64)
        seen = SeenPixels(VOID)
        evaluate(model, pictures, "cpu", batch_size, VOID, observer=seen)
        seen.close()
        found.append(seen)
    for one, other in zip(found[0].overlays(), found[1].overlays(), strict=True):
        assert one.position == other.position
        assert one.mean_iou == pytest.approx(other.mean_iou, abs=1e-5)
        assert np.array_equal(one.truth, other.truth)
        assert (one.answered != other.answered).sum() <= 2
    step = -(-901 // SIDE)
    worst = found[1].overlays()[0]
    assert np.array_equal(worst.truth, pictures[worst.position][1][::step, ::step].numpy())
    assert 1 not in [overlay.position for overlay in found[0].overlays()]  # void everywhere


def test_the_iou_of_a_picture_by_hand() -> None:
    """Of four pixels that count one is of 0 and taken for 1; 2 does not occur."""
    labels = torch.tensor([[[0, 0, 1], [1, VOID, VOID]]])
    logits = torch.zeros(1, 3, 2, 3)
    logits[0, 1] = torch.tensor([[-1, 1, 1], [1, 1, 1]])
    seen = SeenPixels(VOID)
    seen([5], Answer(logits, labels, slice(0, 1), size=(2, 3)))
    seen.close()
    (found,) = seen.overlays()
    assert (found.position, found.mean_iou) == (5, pytest.approx((1 / 2 + 2 / 3) / 2))
    assert found.answered.tolist() == [[0, 1, 1], [1, 1, 1]]
    assert found.truth.tolist() == labels[0].tolist()


def test_the_worst_are_kept_and_the_best() -> None:
    labels = torch.zeros(20, 1, 20, dtype=torch.long)
    logits = torch.zeros(20, 2, 1, 20)
    for number in range(20):
        logits[number, 1, 0, : (7 * number) % 20] = 1
    halves = [SeenPixels(VOID), SeenPixels(VOID)]
    for rank, seen in enumerate(halves):
        own = slice(rank, 20, 2)
        seen(range(20)[own], Answer(logits[own], labels[own], slice(0, 10), size=(1, 20)))
    both = together(halves)
    assert isinstance(both, SeenPixels)
    order = sorted(range(20), key=lambda number: -((7 * number) % 20))
    assert [overlay.position for overlay in both.overlays()] == order[:MOST_OVERLAYS]
    assert both.best is not None
    assert both.best.position == 0


def test_the_observer_is_that_of_the_network() -> None:
    info = WeightsInfo("resnet18", ("ants", "bees"))
    assert isinstance(observer_for(info, -100), SeenPictures)
    pixels = WeightsInfo("fcn8s-resnet18", ("ants", "bees"), pixels=PixelInfo((40, 60)))
    seen = observer_for(pixels, VOID)
    assert isinstance(seen, SeenPixels)
    assert seen.ignore_index == VOID
