"""A trained network as an ONNX file that says how to use it, and a script that does."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from torch import nn

from course_utils.files import locked, whole_folder, write_atomically
from course_utils.inference.onnx_engine import exportable
from course_utils.inference.onnx_files import export
from course_utils.inference.onnx_scripts import script_for
from course_utils.models.conversion import FullyConvolutional
from course_utils.models.published_segmenters import PublishedSegmenter
from course_utils.models.weights import WeightsInfo

LARGEST = 2_000_000_000
"""Bytes of an ONNX file; larger weights lie in a file beside it, ``NAME.onnx.data``."""

NOT_RESIZED = {"resize": None, "crop": None}


def write_export(network: nn.Module, info: WeightsInfo, output: Path) -> None:
    """Write ``NAME.onnx`` and ``NAME.py``, both or none.

    Args:
        network: A classifier, the fully convolutional form of one, or a network for pixels; in
            ``eval`` mode, on the CPU.
        info: Its description.
        output: Of the ONNX file. Files of these names are replaced.

    Raises:
        CourseError: If the network cannot be exported, or the files cannot be written.
    """
    about = describe(network, info)
    task = about["task"]
    with locked(output), whole_folder(output.parent, last=output.name) as folder:
        with TemporaryDirectory(dir=folder) as plain:
            path = Path(plain, "network.onnx")
            any_size = task != "classification"
            export(exportable(network), path, info.preprocessing.crop, any_size=any_size)
            _described(path, folder / output.name, about)
        script = output.with_suffix(".py").name
        text = script_for(task, script).encode(errors="backslashreplace")
        write_atomically(folder / script, text)


def describe(network: nn.Module, info: WeightsInfo) -> dict[str, Any]:
    """What the ONNX file says of itself; all but texts stands there as JSON.

    ``task`` is ``"classification"``, ``"localization"`` (a map of logits; ``window`` says which
    part of the picture a cell stands for: its side, and the step to the next) or
    ``"segmentation"``. ``class_names`` are in the order of the logits. ``preprocessing`` says what
    is done to a picture of numbers from 0 to 1: its shorter side is brought to ``resize`` pixels, a
    square of ``crop`` is cut from its middle (not where they are ``null``), ``mean`` is subtracted,
    and it is divided by ``std``. ``output`` says in words what the logits are.
    """
    steps = asdict(info.preprocessing)
    about: dict[str, Any] = {"architecture": info.architecture, "class_names": info.class_names}
    if isinstance(network, FullyConvolutional):
        window = {"size": network.native_size, "stride": network.stride}
        output = "logits (n, classes, rows, columns): softmax over classes in each window"
        more = {"task": "localization", "window": window, "output": output}
        return about | more | {"preprocessing": steps | NOT_RESIZED}
    if info.pixels is not None:
        side = network.shorter_side if isinstance(network, PublishedSegmenter) else None
        output = "logits (n, classes, height, width): the largest is the pixel's class"
        resized = steps | NOT_RESIZED | {"resize": side, "interpolation": "bilinear"}
        return about | {"task": "segmentation", "output": output, "preprocessing": resized}
    output = "logits (n, classes): softmax gives probabilities"
    return about | {"task": "classification", "output": output, "preprocessing": steps}


def _described(plain: Path, path: Path, about: dict[str, Any]) -> None:
    """Copy an ONNX file, and put the description into it."""
    import onnx

    model = onnx.load(plain)
    texts = {key: one if isinstance(one, str) else json.dumps(one) for key, one in about.items()}
    onnx.helper.set_model_props(model, texts)
    size = sum(file.stat().st_size for file in plain.parent.iterdir())
    if size < LARGEST:
        write_atomically(path, model.SerializeToString())
    else:
        beside = path.with_name(f"{path.name}.data")
        onnx.save_model(model, str(path), save_as_external_data=True, location=beside.name)
        beside.chmod(path.stat().st_mode)  # which onnx makes the user's alone
