"""Answers to the exercises of the chapter ``voc_data``: wrong ones, and right ones."""

import torch
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "the weight of a class": {
        "over all masks": 5.75,
        "void in the totals": 3.875,
        "the mean": (4 / 90 + 16 / 90 + 30 / 195 + 235 / 285) / 4 / (4 / 90),
        "mask by mask": ((10 / 100 + 20 / 95) / 2 + 16 / 90) / 2 / (4 / 90),
        "the lower one in the middle": (30 / 195) / (4 / 90),
        "the upper one in the middle": 4.0,
        "the median": (30 / 195 + 16 / 90) / 2,
        "the frequency": 4 / 90,
        "turned around": 0.268,
        "one by the frequency": 22.5,
        "inverse of the whole share": 285 / 4,
    },
    "a smaller mask": {
        "void votes": {"range(255)": "range(256)"},
        "the larger index": {"votes > most": "votes >= most"},
        "void becomes background": {"blocks.shape[:2], 255,": "blocks.shape[:2], 0,"},
        "the first pixel": lambda mask, side: mask[::side, ::side],
        "the middle pixel": lambda mask, side: mask[side // 2 :: side, side // 2 :: side],
        "the mean": lambda mask, side: (
            F.avg_pool2d(mask[None].float(), side)[0].round().to(torch.uint8)
        ),
        "the largest": lambda mask, side: F.max_pool2d(mask[None].float(), side)[0].byte(),
        "without background": {"range(255)": "range(1, 255)"},
        "ten classes only": {"range(255)": "range(10)"},
        "more than half": {"votes > most": "votes * 2 > side**2"},
        "any void makes void": {
            "    return small": "    small[(blocks == 255).any(3).any(2)] = 255\n    return small"
        },
        "mostly void is void": {
            "    return small": "    void = (blocks == 255).sum(dim=(2, 3))\n"
            "    small[void > most] = 255\n    return small"
        },
        "rows only": {".unfold(1, side, side)": ".unfold(1, 1, side)"},
        "turned": {"return small": "return small.T"},
        "changes the mask": {"return small": "mask[0] = 0\n    return small"},
    },
    "less of it": {
        "void counted": [0.3101, 0.3145, 0.3168, 0.3011, 0.2744],
        "pixel accuracies": [0.8849, 0.8746, 0.8656, 0.8349, 0.7632],
        "mean accuracies": [0.4185, 0.4489, 0.4767, 0.5009, 0.5184],
        "one over the share": [0.329, 0.3384, 0.333, 0.3027, 0.2507],
        "less for the rare": [0.329, 0.3124, 0.3012, 0.293, 0.2842],
        "times the power": [0.1053, 0.2947, 0.2947, 0.2947, 0.2947],
        "backwards": [0.2947, 0.3238, 0.341, 0.3373, 0.329],
        "one number": 0.341,
        "two numbers": [0.329, 0.2947],
        "in percent": [32.9, 33.7, 34.1, 32.4, 29.5],
        "always the same": [0.329] * 5,
        "invented": [0.329, 0.333, 0.337, 0.329, 0.299],
        "two digits": [0.33, 0.34, 0.34, 0.32, 0.29],
    },
    "more ants": {
        "without the rim": {"thing | (near & (donor_mask == 255))": "thing"},
        "the rim becomes the class": {
            "torch.where(taken, donor_mask, mask)": "mask.masked_fill(taken, index)"
        },
        "all void": {"near & (donor_mask == 255)": "donor_mask == 255"},
        "all around": {"near & (donor_mask == 255)": "near"},
        "not diagonally": lambda picture, mask, donor, donor_mask, index: _cross(
            picture, mask, donor, donor_mask, index
        ),
        "the mask alone": {"torch.where(taken, donor, picture)": "picture"},
        "the picture alone": {"torch.where(taken, donor_mask, mask)": "mask"},
        "the picture without the rim": {
            "torch.where(taken, donor, picture)": "torch.where(thing, donor, picture)"
        },
        "everything but background": {"donor_mask == index": "donor_mask != 0"},
        "without its own": {"taken = thing": "taken = (mask == index) | thing"},
        "in place": {
            "    return": "    picture[:, taken] = donor[:, taken]\n    return",
        },
        "a mask first": lambda *given: (given[1], given[0]),
        "two pixels wide": {"3, stride=1, padding=1": "5, stride=1, padding=2"},
    },
}


def _cross(
    picture: torch.Tensor,
    mask: torch.Tensor,
    donor: torch.Tensor,
    donor_mask: torch.Tensor,
    index: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    thing = (donor_mask == index)[None].float()
    near = F.max_pool2d(thing, (3, 1), 1, (1, 0)) + F.max_pool2d(thing, (1, 3), 1, (0, 1))
    taken = (thing[0] > 0) | ((near[0] > 0) & (donor_mask == 255))
    return torch.where(taken, donor, picture), torch.where(taken, donor_mask, mask)


def _by_one_hot(mask: torch.Tensor, side: int) -> torch.Tensor:
    each = F.one_hot(mask.long(), 256).permute(2, 0, 1)[:255].double()
    votes = F.avg_pool2d(each, side)
    return votes.argmax(dim=0).where(votes.sum(dim=0) > 0, 255)


def _by_mode(mask: torch.Tensor, side: int) -> torch.Tensor:
    height, width = mask.shape
    blocks = mask.view(height // side, side, width // side, side).transpose(1, 2).flatten(2)
    small = torch.full(blocks.shape[:2], 255)
    for y, x in torch.cartesian_prod(*map(torch.arange, small.shape)).tolist():
        known = blocks[y, x][blocks[y, x] != 255]
        if len(known):
            values, counts = known.unique(return_counts=True)
            small[y, x] = values[counts.argmax()]
    return small


def _in_loops(
    picture: torch.Tensor,
    mask: torch.Tensor,
    donor: torch.Tensor,
    donor_mask: torch.Tensor,
    index: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    picture, mask = picture.clone(), mask.clone()
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            around = donor_mask[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
            rim = donor_mask[y, x] == 255 and (around == index).any()
            if donor_mask[y, x] == index or rim:
                picture[:, y, x], mask[y, x] = donor[:, y, x], donor_mask[y, x]
    return picture, mask


RIGHT: RightAnswers = {
    "the weight of a class": {"a fraction": 97 / 26, "a tensor": torch.tensor(3.7308)},
    "a smaller mask": {"by one-hot": _by_one_hot, "by unique": _by_mode},
    "less of it": {
        "measured": [0.329, 0.3373, 0.341, 0.3238, 0.2947],
        "rounded": (0.329, 0.337, 0.341, 0.324, 0.295),
    },
    "more ants": {
        "in loops": _in_loops,
        "with clones": {
            "    return torch.where(taken, donor, picture), torch.where(taken, donor_mask, mask)": (
                "    picture, mask = picture.clone(), mask.clone()\n"
                "    picture[:, taken], mask[taken] = donor[:, taken], donor_mask[taken]\n"
                "    return picture, mask"
            )
        },
    },
}
