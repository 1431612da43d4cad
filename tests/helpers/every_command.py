"""Every command with what it needs, small: those that write, and those that only print."""

from pathlib import Path

from picture_files import noise, picture_set, save
from voc_files import voc_set
from weight_files import write_segmenter, write_small_weights

WRITING = {
    "predict": "predict {picture} --weights {weights} --output {out}",
    "locate": "locate {picture} --weights {weights} --upscale --output {out}.png",
    "locate-folder": "locate {picture} --weights {weights} --upscale --output {out}",
    "segment": "segment {picture} --weights {segmenter} --output {out}",
    "evaluate": "evaluate --data {set} --weights {weights} --output {out}.json",
    "evaluate-pixels": "evaluate --data {masks} --weights {segmenter} --output {out}.json",
    "train-classifier": "train classifier --data {set} --epochs 1 --stem-width 4 --image-size 33 "
    "--output {out}",
    "train-segmenter": "train segmenter --data {masks} --model fcn32s-resnet10 --stem-width 4 "
    "--epochs 1 --crop-size 40x40 --output {out}",
    "export": "export {weights} --output {out}.onnx",
    "crops": "data crops {masks} --output {out}",
}
READING = {
    "predict-image": "predict {picture} --weights {weights}",
    "predict-folder": "predict {folder} --weights {weights} --format json",
    "locate-image": "locate {picture} --weights {weights} --upscale",
    "evaluate-set": "evaluate --data {set} --weights {weights}",
    "layers": "layers {weights}",
    "compare": "compare {weights}",
    "list": "data list",
    "path": "data path insects",
    "verify": "data verify",
    "doctor": "doctor",
    "version": "--version",
    **{
        "-".join(("help", *words.split())): f"{words} --help"
        for words in ("", "predict", "segment", "train", "train classifier", "data", "data crops")
    },
}


def small_world(folder: Path) -> dict[str, Path]:
    """What the commands are given."""
    write_segmenter(folder / "s.safetensors")
    return {
        "picture": save(folder / "pictures" / "bee.png", noise(0, (50, 50))),
        "folder": folder / "pictures",
        "weights": write_small_weights(folder / "w.safetensors"),
        "segmenter": folder / "s.safetensors",
        "set": picture_set(folder / "set", 2, 2),
        "masks": voc_set(folder / "masks", 2, 1),
    }
