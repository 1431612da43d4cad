"""Run the trainings and the measurements that the chapters quote again, and write them down.

Run by ``make experiments``. One thread, so that the same machine gives the same numbers.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", COURSE_DATA="embedded")

import sys
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import torch

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import write_manifest
from course_utils.files import require_folder
from course_utils.teaching.measurements import Measurement
from course_utils.teaching.records import Record, make_record, write_records
from course_utils.training.classifier import ClassifierRun
from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Run
from garden.experiments import scene_networks
from garden.experiments.fc_to_conv import fc_to_conv, fc_to_conv_smoothed
from garden.experiments.fcn import fcn
from garden.experiments.fcn_seeds import fcn_seeds
from garden.experiments.fcn_skips_silent import fcn_skips_silent
from garden.experiments.fcn_skips_weights import fcn_skips_weights
from garden.experiments.fcn_starts import fcn_starts
from garden.experiments.fine_tuning import fine_tuning
from garden.experiments.group_convolution import group_convolution
from garden.experiments.inference import inference
from garden.experiments.localization import localization
from garden.experiments.other_depths import (
    resnet_from_blocks_fine_tuning,
    resnet_from_blocks_no_file,
)
from garden.experiments.receptive_field import receptive_field
from garden.experiments.recording import write_measurements
from garden.experiments.residual_block_copies import residual_block_copies
from garden.experiments.residual_block_gamma import residual_block_gamma
from garden.experiments.resnet_from_blocks import resnet_from_blocks
from garden.experiments.resnext import resnext
from garden.experiments.resnext_flowers_colors import resnext_flowers_colors
from garden.experiments.scale_out import scale_out
from garden.experiments.speed import speed
from garden.experiments.tensor_to_label import tensor_to_label
from garden.experiments.transposed_convolution import transposed_convolution
from garden.experiments.transposed_convolution_learned import transposed_convolution_learned
from garden.experiments.voc_data import voc_data
from garden.experiments.why_depth_is_hard import why_depth_is_hard
from garden.experiments.why_depth_is_hard_norm import why_depth_is_hard_norm
from processor import cpu_name, processor

DEPTH_SEEDS = range(5)
GROUPS_SEEDS = range(10)
PIXEL_SEEDS = range(3)
DEPTH_EPOCHS = 24
LONG_EPOCHS = 72
GROUPS_EPOCHS = 30

Training = tuple[Run, TrainingConfig]


def residual_block() -> list[Training]:
    """The same layers without shortcuts and with them, at three depths."""
    return [
        (
            ClassifierRun("flowers", f"{kind}{depth}", stem_width=16),
            TrainingConfig(epochs=DEPTH_EPOCHS, seed=seed),
        )
        for depth, kind, seed in product((10, 18, 34), ("plain", "resnet"), DEPTH_SEEDS)
    ]


def residual_block_rates() -> list[Training]:
    """The deepest network without shortcuts, at half the learning rate and at twice the rate."""
    return [
        (
            ClassifierRun("flowers", "plain34", stem_width=16),
            TrainingConfig(epochs=DEPTH_EPOCHS, learning_rate=rate, seed=seed),
        )
        for rate, seed in product((0.001, 0.004), DEPTH_SEEDS)
    ]


def residual_block_long() -> list[Training]:
    """Three of the networks, three times as long."""
    return [
        (
            ClassifierRun("flowers", name, stem_width=16),
            TrainingConfig(epochs=LONG_EPOCHS, seed=seed),
        )
        for seed, name in product(DEPTH_SEEDS, ("plain34", "resnet34", "plain18"))
    ]


def resnext_flowers() -> list[Training]:
    """Without groups and with them, at nearly the same number of weights."""
    return [
        (
            ClassifierRun("flowers", name, stem_width=16),
            TrainingConfig(epochs=GROUPS_EPOCHS, seed=seed),
        )
        for name, seed in product(("resnet14", "resnext14_8x15d"), GROUPS_SEEDS)
    ]


def fcn_skips() -> list[Training]:
    """Without skips, with one and with two; maps joined instead of added; and rare classes helped.

    Each begins with the same trained body.
    """
    plain: dict[str, Any] = {}
    ways = [(head, plain) for head in ("fcn32s", "fcn16s", "fcn8s", "unet8s", "unet2s")]
    ways += [("fcn8s", {"class_weights": "median"}), ("fcn8s", {"loss": "ce+dice"})]
    return [
        (scene_networks.run_of(f"{head}-resnet18"), scene_networks.config(seed, **how))
        for (head, how), seed in product(ways, PIXEL_SEEDS)
    ]


CHAPTERS = {
    "residual_block": residual_block,
    "residual_block_rates": residual_block_rates,
    "residual_block_long": residual_block_long,
    "resnext_flowers": resnext_flowers,
    "fcn_skips": fcn_skips,
}
MEASURED: dict[str, Callable[[], list[Measurement]]] = {
    "fc_to_conv": fc_to_conv,
    "fc_to_conv_smoothed": fc_to_conv_smoothed,
    "fcn": fcn,
    "fcn_seeds": fcn_seeds,
    "fcn_starts": fcn_starts,
    "fcn_skips_silent": fcn_skips_silent,
    "fcn_skips_weights": fcn_skips_weights,
    "fine_tuning": fine_tuning,
    "group_convolution": partial(group_convolution, processor()),
    "inference": inference,
    "localization": localization,
    "residual_block_copies": residual_block_copies,
    "residual_block_gamma": residual_block_gamma,
    "resnet_from_blocks": partial(resnet_from_blocks, cpu_name()),
    "resnet_from_blocks_fine_tuning": resnet_from_blocks_fine_tuning,
    "resnet_from_blocks_no_file": resnet_from_blocks_no_file,
    "resnext": partial(resnext, cpu_name()),
    "resnext_flowers_colors": resnext_flowers_colors,
    "receptive_field": receptive_field,
    "scale_out": scale_out,
    "speed": partial(speed, processor()),
    "tensor_to_label": tensor_to_label,
    "transposed_convolution": transposed_convolution,
    "transposed_convolution_learned": transposed_convolution_learned,
    "voc_data": voc_data,
    "why_depth_is_hard": why_depth_is_hard,
    "why_depth_is_hard_norm": why_depth_is_hard_norm,
}


def main(names: list[str]) -> None:
    """Run the experiments of the named chapters, or of all."""
    torch.set_num_threads(1)
    folder = embedded_folder() / "records"
    require_folder(folder)
    for name in names or [*CHAPTERS, *MEASURED]:
        if name in MEASURED:
            write_measurements(folder / f"{name}.jsonl", MEASURED[name]())
        else:
            write_records(folder / f"{name}.jsonl", map(_run, CHAPTERS[name]()))
    write_manifest(embedded_folder())


def _run(training: Training) -> Record:
    record = make_record(*training)
    print(f"{record.accuracy:.3f}  {record.command}", flush=True)
    return record


if __name__ == "__main__":
    main(sys.argv[1:])
