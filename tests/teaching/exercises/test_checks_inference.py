"""The checks of the chapter on inference: what they say, and what they leave behind."""

import pytest
import torch
from torch import Tensor, nn

from course_utils.teaching.exercises import inference
from course_utils.teaching.exercises.checks import problem_with


def test_two_slips_with_the_same_number_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {"before": 0.94, "left in train mode": 0.94, "one look": 0.92, "bees": 0.88}
    measured |= {"right": 0.83, "one picture": 1 / 150}
    monkeypatch.setattr(inference, "_measured_looks", lambda: measured)
    hint = problem_with("ten looks at ants", 0.94)
    assert hint is not None
    assert "before any look" in hint
    assert "in train mode" in hint
    single = problem_with("ten looks at ants", 0.92)
    assert single == "your answer 0.92: that is the share after a single look"


@pytest.mark.parametrize("on", [True, False])
def test_gradients_are_as_before_whatever_the_answer_leaves_behind(on: bool) -> None:
    def off_for_good(model: nn.Module, images: Tensor) -> Tensor:
        torch.set_grad_enabled(not torch.is_grad_enabled())
        found: Tensor = model.eval()(images)
        return found.detach()

    with torch.set_grad_enabled(on):
        assert problem_with("careful prediction", off_for_good) is not None
        assert torch.is_grad_enabled() == on
