"""A fixed piece of work that tells how fast a core is at the moment.

A core is slower while others share it, on a rented machine also those whom nobody sees. The CPU
time of a chapter then says more of them than of the chapter. So the same work is timed before and
after each chapter, and the chapter's time is given as on a core where that work takes ``QUIET``.
"""

import os
import subprocess
import sys

QUIET = 5.0
"""CPU seconds of the work on a quiet core. With it, chapters that have hardly changed cost what
they cost on such a core on 22 November 2026: ``resnet_from_blocks``,
``receptive_field``, ``group_convolution`` and ``resnext`` took 18, 17, 8 and 12 seconds."""

WORK = """
import torch, torchvision
torch.set_num_threads(1)
network, picture = torchvision.models.resnet18().eval(), torch.rand(1, 3, 224, 224)
with torch.inference_mode():
    for _ in range(20):
        network(picture)
"""


def seconds_now() -> float:
    """CPU seconds of the work in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", WORK])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError("the yardstick could not be run: see above")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print(f"{seconds_now():.2f} s of CPU time")
