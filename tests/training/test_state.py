"""The moving parts of a training: they go on from where they were."""

import math
from itertools import pairwise

import pytest
import torch

from course_utils.data.transforms import Preprocessing
from course_utils.errors import TrainingError
from course_utils.training import Epoch
from course_utils.training.loop import take_step
from trainings_of_ten import epoch_of, fresh


def test_batches_are_normalized_as_it_is_said() -> None:
    plain = fresh(Preprocessing(mean=(0, 0, 0), std=(1, 1, 1)))
    values = torch.cat([images[:, 0, 0, 0] for images, _ in plain.batches])
    assert (255 * values).sort().values.tolist() == pytest.approx(list(range(0, 200, 20)))
    assert len(plain.batches) == 3


def test_a_state_goes_on_where_another_one_was() -> None:
    whole, first, second = fresh(), fresh(), fresh()
    losses = [epoch_of(whole) for _ in range(4)]
    found = [epoch_of(first) for _ in range(2)]
    second.load_state_dict(first.state_dict())
    found += [epoch_of(second) for _ in range(2)]
    assert found == losses
    assert second.history == whole.history
    assert second.stopping.best["number"] == 4
    assert all(map(torch.equal, whole.model.parameters(), second.model.parameters()))


def test_weights_that_are_no_numbers_end_a_training() -> None:
    state = fresh()
    state.note(Epoch(1, 0.5, math.nan, 0.5, 0.5))  # so it may be: the weights are numbers
    torch.nn.init.constant_(state.model[2].bias, math.inf)
    with pytest.raises(
        TrainingError,
        match=r"no numbers after epoch 2, at a learning rate of up to 0\.1: try a rate ten times",
    ):
        state.note(Epoch(2, 0.5, math.nan, 0.5, 0.5))
    assert len(state.history) == 1


@pytest.mark.parametrize(
    ("patience", "watched"), [(None, "validation loss"), (9, "accuracy"), (2, "accuracy")]
)
def test_a_training_that_gave_no_number_ends_with_a_sentence(
    patience: int | None, watched: str
) -> None:
    state = fresh(patience=patience)
    for number in range(1, 5):
        if not state.stopping.over:
            state.note(Epoch(number, 0.5, math.nan, math.nan, math.nan))
    count = len(state.history)
    assert count == (2 if patience == 2 else 4)
    with pytest.raises(
        TrainingError, match=f"the {watched} was no number .nan. in any of the {count} epochs: look"
    ):
        state.finish()


def test_one_number_is_enough_and_so_is_a_training_that_goes_on() -> None:
    state = fresh()
    state.note(Epoch(1, 0.5, math.nan, math.nan, math.nan))
    state.finish()  # in the middle of its schedule
    for number, accuracy in ((2, 0.5), (3, math.nan), (4, math.nan)):
        state.note(Epoch(number, 0.5, math.nan, accuracy, math.nan))
    state.finish()
    assert state.stopping.best["number"] == 2


def test_nan_survives_a_resumption() -> None:
    whole, second = fresh(), fresh()
    for number, accuracy in ((1, math.nan), (2, 0.5), (3, math.nan)):
        for images, labels in whole.batches:
            take_step(whole, images, labels)
        whole.note(Epoch(number, 0.5, math.nan, accuracy, math.nan))
    second.load_state_dict(whole.state_dict())
    assert (second.stopping.best["number"], second.stopping.over) == (2, False)
    assert math.isnan(second.history[0].accuracy)


def test_each_epoch_has_an_order_of_its_own() -> None:
    state = fresh()
    orders = [
        tuple(float(image.max()) for images, _ in state.batches for image in images)
        for _ in range(3)
    ]
    assert all(one != two for one, two in pairwise(orders))
    assert len({tuple(sorted(order)) for order in orders}) == 1
    same = fresh()
    assert orders[0] == tuple(float(i.max()) for images, _ in same.batches for i in images)


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    whole, second = fresh(), fresh()
    epoch_of(whole)
    state = {**whole.state_dict(), "order": torch.zeros_like(whole.order.get_state())}
    before = [p.clone() for p in second.model.parameters()]
    with pytest.raises(TrainingError, match=r"^c\.pt: cannot be resumed from \(.*without --resume"):
        second.load_state_dict(state, "c.pt")
    assert all(map(torch.equal, before, second.model.parameters()))
    assert second.history == []
