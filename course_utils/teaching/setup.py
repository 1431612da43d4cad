"""How a notebook starts: device, seed and data, chosen in one place and said in one line."""

import os
import platform
from dataclasses import dataclass

import torch

from course_utils.data.locations import data_choice
from course_utils.drawing.style import use_course_style
from course_utils.runtime import choose_device, full_precision, seed_everything

CHOICE = "COURSE_DATA"
OURS = "COURSE_DATA_OF_NOTEBOOK"
"""What a notebook has written into ``COURSE_DATA``: it may change that, and nothing of yours."""


@dataclass(frozen=True)
class Runtime:
    """What was chosen.

    Attributes:
        device: Where the tensors live.
        seed: The seed that all random generators started from.
        data: ``"embedded"`` or ``"real"``.
    """

    device: torch.device
    seed: int
    data: str

    @property
    def device_name(self) -> str:
        """The device with its name, such as ``cuda (NVIDIA T4)``, to print beside a time."""
        if self.device.type == "cuda":
            return f"cuda ({torch.cuda.get_device_name(self.device)})"
        return f"cpu ({platform.processor() or platform.machine()})"


def start(seed: int = 0, device: str = "auto", data: str = "embedded") -> Runtime:
    """Prepare a notebook and say in one line what was chosen.

    Args:
        seed: For every random generator.
        device: As for ``choose_device``, such as ``"auto"`` or ``"cpu"``.
        data: ``"embedded"`` or ``"real"``: what the drop-down of the notebook says. Where the
            environment variable ``COURSE_DATA`` was set, it decides, and the line says so.

    Returns:
        The choices, to be passed on.

    Raises:
        CourseError: If the device does not exist, or there is no such choice of data.
    """
    chosen = _choose_data(data)
    runtime = Runtime(choose_device(device), seed, chosen)
    seed_everything(seed)
    full_precision()
    use_course_style()
    source = "" if chosen == data else f" (as {CHOICE} says)"
    print(f"device: {runtime.device.type} · data: {chosen}{source} · seed: {seed}")
    return runtime


def _choose_data(data: str) -> str:
    """Set the environment variable, for this process and those that it starts, unless it was."""
    if os.environ.get(CHOICE) in (None, "", os.environ.get(OURS)):
        os.environ[CHOICE] = os.environ[OURS] = data
    return data_choice()
