"""How a notebook starts: device, seed and settings, chosen in one place and said in one line."""

import platform
from dataclasses import dataclass

import torch

from course_utils.data.locations import data_choice
from course_utils.drawing.style import use_course_style
from course_utils.runtime import choose_device, full_precision, seed_everything


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


def start(seed: int = 0, device: str = "auto") -> Runtime:
    """Prepare a notebook and say in one line what was chosen.

    Args:
        seed: For every random generator.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.

    Returns:
        The choices, to be passed on.

    Raises:
        CourseError: If the device does not exist, or ``COURSE_DATA`` names no known choice.
    """
    runtime = Runtime(choose_device(device), seed, data_choice())
    seed_everything(seed)
    full_precision()
    use_course_style()
    print(f"device: {runtime.device.type} · data: {runtime.data} · seed: {seed}")
    return runtime
