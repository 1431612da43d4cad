"""Large pictures are measured in parts, with the same counts and the same loss."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from course_utils.errors import TrainingError
from course_utils.models import fcn8s, fcn32s, resnet18
from course_utils.models.resnet import resnet10
from course_utils.training import TrainingConfig, evaluate, fit, parts
from course_utils.training.parts import answers, enough_memory_for
from dense_networks import lively

VOID = 255


HEIGHT, WIDTH = 90, 901


def pictures(count: int, height: int = HEIGHT, width: int = WIDTH) -> TensorDataset:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(count, 3, height, width, generator=generator)
    labels = torch.randint(0, 5, (count, height, width), generator=generator)
    labels[:, :20, 20:] = VOID
    return TensorDataset(images, labels)


def network(head: Callable[..., nn.Module] = fcn8s) -> nn.Module:
    torch.manual_seed(0)
    model = head(lively(resnet10(stem_width=4)), 5).eval()
    for parameter in model.head.parameters():
        nn.init.normal_(parameter, 0, 0.2)
    return model


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Pixels of what goes through the network; all pictures are large, and parts are small."""
    monkeypatch.setattr(parts, "WHOLE", HEIGHT * WIDTH - 1)
    monkeypatch.setattr(parts, "TILE", 64)
    return []


def noting(model: nn.Module, sizes: list[int]) -> nn.Module:
    def note(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        if given[0].device.type != "meta":  # where only sizes are followed
            sizes.append(given[0][0, 0].numel())

    model.register_forward_pre_hook(note)
    return model


@pytest.mark.parametrize("head", [fcn8s, fcn32s])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_the_counts_are_those_of_the_whole_pictures(
    head: Callable[..., nn.Module],
    batch_size: int,
    sizes: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, three = noting(network(head), sizes), pictures(3)
    in_parts = evaluate(model, three, "cpu", batch_size, VOID)
    assert len(sizes) > 3 * 3
    assert max(sizes) < HEIGHT * WIDTH
    monkeypatch.undo()
    whole = evaluate(model, three, "cpu", batch_size, VOID)
    assert in_parts.confusion.total == whole.confusion.total
    same = sum(min(a, b) for a, b in zip(_flat(in_parts), _flat(whole), strict=True))
    assert same >= whole.confusion.total - 2  # where two classes are equal but for rounding
    assert in_parts.loss == pytest.approx(whole.loss, rel=1e-6)


def _flat(found: parts.Answer) -> list[int]:
    return [count for row in found.confusion.counts for count in row]


def test_all_logits_come_once_beside_their_labels(sizes: list[int]) -> None:
    images, labels = pictures(1).tensors
    model = network()
    seen = torch.zeros_like(labels)
    with torch.inference_mode():
        whole = model(images)
        for answer in answers(model, images, labels):
            logits, truth = answer.logits, answer.labels
            assert logits.shape[2:] == truth.shape[1:]
            (rows, columns) = _place(truth, labels)
            assert answer.corner == (rows.start, columns.start)
            assert (answer.pictures, answer.size) == (slice(0, 1), (HEIGHT, WIDTH))
            seen[0, rows, columns] += 1
            found, expected = logits[0], whole[0, :, rows, columns]
            assert (found - expected).abs().max() < 1e-5 * whole.abs().max()
    assert (seen == 1).all()


def _place(part: Tensor, labels: Tensor) -> tuple[slice, slice]:
    """Where a part of the labels lies, by its place in memory."""
    row, column = divmod(part.storage_offset(), labels.shape[2])
    return slice(row, row + part.shape[1]), slice(column, column + part.shape[2])


def test_a_picture_that_is_small_enough_goes_through_at_once() -> None:
    """To the bit: nothing has changed for it."""
    images, labels = pictures(2, 70, 90).tensors
    model = network()
    with torch.inference_mode():
        (answer,) = answers(model, images, labels)
        assert torch.equal(answer.logits, model(images))
    assert answer.labels is labels
    assert (answer.pictures, answer.corner, answer.size) == (slice(0, 2), (0, 0), (70, 90))


def test_labels_of_pictures_are_never_divided(sizes: list[int]) -> None:
    model, images = lively(resnet18(2, stem_width=4)), torch.randn(2, 3, HEIGHT, WIDTH)
    with torch.inference_mode():
        (answer,) = answers(model, images, torch.zeros(2, dtype=torch.long))
    assert (answer.logits.shape, len(answer.labels), answer.size) == ((2, 2), 2, ())


class WholePicture(nn.Module):
    """A network for pixels that sees all of the picture at each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.score = nn.Conv2d(3, 5, 1)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.score(x - x.mean(dim=(2, 3), keepdim=True))
        return scores


def test_what_cannot_be_divided_is_measured_whole(sizes: list[int]) -> None:
    torch.manual_seed(0)
    model = noting(WholePicture().eval(), sizes)
    found = evaluate(model, pictures(2), "cpu", 2, VOID)
    assert sizes == [HEIGHT * WIDTH] * 2
    with torch.inference_mode():
        images, labels = pictures(2).tensors
        right = (model(images).argmax(dim=1) == labels)[labels != VOID]
    assert found.accuracy == pytest.approx(right.double().mean().item())


def test_validation_in_a_training_goes_in_parts(sizes: list[int]) -> None:
    config = TrainingConfig(epochs=1, batch_size=2, evaluation_batch_size=1, ignore_index=VOID)
    model = noting(network(), sizes)
    fit(model, pictures(2, 64, 64), pictures(1), config)
    assert sizes[0] == 64 * 64
    assert len(sizes) > 3
    assert max(sizes[1:]) < HEIGHT * WIDTH


class Greedy(nn.Module):
    """There is never enough memory for it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def forward(self, x: Tensor) -> Tensor:
        raise self.error


ALLOCATOR = "[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory: you"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(ALLOCATOR),
        MemoryError(),
        RuntimeError("std::bad_alloc"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3 GiB"),
    ],
)
def test_too_little_memory_is_told(error: Exception) -> None:
    with pytest.raises(
        TrainingError,
        match="too small to measure a picture of 901×90 pixels: make it smaller",
    ):
        evaluate(Greedy(error), pictures(1), "cpu", 1, VOID)
    with pytest.raises(
        TrainingError, match="measure 4 pictures of 901×90 pixels: measure 2 at a time"
    ):
        evaluate(Greedy(error), pictures(5), "cpu", 4, VOID)


def test_the_picture_is_named_where_it_has_a_name() -> None:
    three = pictures(3)
    three.names = ["a", "b", "c"]
    model = Greedy(MemoryError())
    with pytest.raises(TrainingError, match=r"^a: the memory is too small to measure 2 pictures"):
        evaluate(model, three, "cpu", 2, VOID)
    with (
        pytest.raises(TrainingError, match=r"^c: the memory is"),
        enough_memory_for(three.tensors[0][2:], three, 2),
    ):
        raise MemoryError


def test_another_error_stays_what_it_is() -> None:
    batch = torch.zeros(1, 3, 4, 4)
    with pytest.raises(RuntimeError, match="sizes differ"), enough_memory_for(batch, None, 0):
        raise RuntimeError("sizes differ")


def test_only_the_labels_of_a_part_become_whole_numbers(sizes: list[int]) -> None:
    images, labels = pictures(1)[:]
    found = [answer.labels for answer in answers(network(), images, labels.byte())]
    assert len(found) > 1
    assert {truth.dtype for truth in found} == {torch.int64}
    assert sum(int(truth.sum()) for truth in found) == int(labels.sum())
