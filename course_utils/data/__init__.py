"""Pictures and labels: where they are, and how a file becomes an image and then a tensor.

The parts that need PyTorch are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.data.class_names import read_class_names, write_class_names
    from course_utils.data.datasets import dataset_path
    from course_utils.data.finding import find_images
    from course_utils.data.folders import ImageFolder
    from course_utils.data.images import load_image
    from course_utils.data.transforms import (
        Preprocessing,
        batch_transform,
        evaluation_transform,
        training_transform,
    )
    from course_utils.data.voc import VOCSegmentation

__all__ = [
    "ImageFolder",
    "Preprocessing",
    "VOCSegmentation",
    "batch_transform",
    "dataset_path",
    "evaluation_transform",
    "find_images",
    "load_image",
    "read_class_names",
    "training_transform",
    "write_class_names",
]

_MODULE_OF = {
    "ImageFolder": "folders",
    "read_class_names": "class_names",
    "write_class_names": "class_names",
    "dataset_path": "datasets",
    "find_images": "finding",
    "load_image": "images",
    "VOCSegmentation": "voc",
    "Preprocessing": "transforms",
    "batch_transform": "transforms",
    "evaluation_transform": "transforms",
    "training_transform": "transforms",
}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(f"course_utils.data.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'course_utils.data' has no attribute {name!r}")
