"""Checks of the exercises, a module for each chapter; importing it registers the checks."""

from course_utils.teaching.exercises import (  # noqa: F401  they register their checks
    convolution,
    fc_to_conv,
    fcn,
    fcn_skips,
    fine_tuning,
    group_convolution,
    inference,
    localization,
    model_zoo,
    receptive_field,
    residual_block,
    resnet_from_blocks,
    resnext,
    resnext_flowers,
    scale_out,
    speed,
    tensor_to_label,
    transposed_convolution,
    voc_data,
    why_depth_is_hard,
)
from course_utils.teaching.exercises.checks import check

__all__ = ["check"]
