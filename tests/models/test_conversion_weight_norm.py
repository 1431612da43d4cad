"""Networks whose weights are computed from other numbers, converted."""

import pytest
import torch
from torch.nn.utils import weight_norm

from course_utils.models import to_fully_convolutional
from dense_networks import difference, slim_network


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_weights_that_are_computed_from_others_are_brought_up_to_date() -> None:
    """Loading does not compute the weight of a layer with ``weight_norm``; using it does."""
    model = slim_network()
    weight_norm(model.fc)
    weight_norm(model.conv1)
    with torch.no_grad():
        model.fc.weight_g.mul_(3)  # type: ignore[union-attr, operator]
    dense = to_fully_convolutional(model, native_size=64)
    images = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert difference(dense(images)[:, :, 0, 0], model(images)) < 1e-5
