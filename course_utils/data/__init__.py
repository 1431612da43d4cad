"""Pictures and labels: where they are, and how a file becomes an image and then a tensor."""

from course_utils.data.classification import ImageFolder, read_class_names, write_class_names
from course_utils.data.datasets import dataset_path
from course_utils.data.images import find_images, load_image
from course_utils.data.transforms import Preprocessing, evaluation_transform, training_transform

__all__ = [
    "ImageFolder",
    "Preprocessing",
    "dataset_path",
    "evaluation_transform",
    "find_images",
    "load_image",
    "read_class_names",
    "training_transform",
    "write_class_names",
]
