"""Ranges of numbers: options, settings and what files say of themselves have the same."""

Range = tuple[float, float]
"""The least and the most that is allowed."""

EPOCHS = 1, 1_000_000

BATCHES = 1, 65_536
"""Pictures that go through a network together."""

WORKERS = 1, 256
"""Threads that read pictures."""

RATES = 1e-12, 1e38
"""Learning rates, as float32; one that is too high for a training shows in its loss."""

DECAYS = 0.0, 1000.0
SHARES = 0.0, 1.0
NORMS = 1e-6, 1e6

CLASS_WEIGHTS = 1e-6, 1e6
"""A class may also count 0."""

SEEDS = 0, 2**32 - 1
"""NumPy takes no others."""

WIDTHS = 1, 1024
"""Channels after the stem of the course's networks."""

SIDES = 1, 2048
"""Pixels of a side: of a picture of 2048×2048, a ResNet's first maps fill a gigabyte."""

FACTORS = 0.1, 10.0
"""No picture is made smaller or larger than by these before it is cropped."""
