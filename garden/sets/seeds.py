"""Where the random numbers of a picture come from.

A picture of a set with splits has a seed of its own, the list ``[set, split, class, index]``, so
that no two splits share anything. The wide pictures have series of their own.
"""

import numpy as np

SETS = ("insects", "flowers", "scenes")
SPLITS = ("train", "val")


def generator_for(set_name: str, split: str, class_number: int, index: int) -> np.random.Generator:
    """The random numbers of one picture.

    Args:
        set_name: ``insects``, ``flowers`` or ``scenes``.
        split: ``train`` or ``val``.
        class_number: 0 where the pictures of a set have no class.
        index: From 0.
    """
    return np.random.default_rng([SETS.index(set_name), SPLITS.index(split), class_number, index])
