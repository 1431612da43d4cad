"""The script that lies beside an exported ONNX file, and runs it without this package.

It takes all numbers from the file: ``describe`` in ``onnx_exports`` says what is in there.
"""

MARK = '"""Written by course-utils export:'
"""How each script begins."""

_HEAD = '''{mark} {what}.

python {file} {arguments}    (needs onnxruntime, Pillow and NumPy)
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(
    Path(__file__).with_suffix(".onnx"), providers=["CPUExecutionProvider"]
)
about = session.get_modelmeta().custom_metadata_map
if len(sys.argv) != {count}:
    sys.exit(__doc__)
names, steps = json.loads(about["class_names"]), json.loads(about["preprocessing"])

try:
    picture = ImageOps.exif_transpose(Image.open(sys.argv[1]))
except OSError as error:
    sys.exit(f"{{sys.argv[1]}}: cannot be read ({{error}})")
if picture.mode[0] in "IF":
    sys.exit(f"{{sys.argv[1]}}: has more than 8 bits a color; save it with 8")
if picture.has_transparency_data:
    white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(white, picture.convert("RGBA"))
picture = picture.convert("RGB")
'''

_OWN_NAME = """
mask_file = Path(sys.argv[2])
if mask_file.suffix.lower() != ".png" or mask_file.resolve() == Path(sys.argv[1]).resolve():
    sys.exit(f"{{mask_file}}: give another file for the mask, a .png, which keeps its numbers")
"""

_RESIZED = """
shorter = steps["resize"]{or_its_own}
size = [int(shorter * side / min(picture.size)) for side in picture.size]
{resized} = picture.resize(size, Image.Resampling[steps["interpolation"].split("-")[0].upper()])
"""

_CROPPED = """
edges = [side - steps["crop"] for side in picture.size]
left, top = (round(edge / 2) if edge > 0 else int(edge / 2) for edge in edges)
picture = picture.crop((left, top, left + steps["crop"], top + steps["crop"]))
"""

_TOO_SMALL = """
window = json.loads(about["window"])
if min(picture.size) < window["size"]:
    sys.exit(f"{{sys.argv[1]}}: this network needs {{window['size']}} pixels each way")
"""

_ANSWER = """
pixels = (np.asarray({picture}, np.float32) / 255 - steps["mean"]) / steps["std"]
images = pixels.transpose(2, 0, 1)[None].astype(np.float32)  # (1, 3, height, width)
logits = session.run(["logits"], {{"images": images}})[0][0]
"""

_SOFTMAX = """probabilities = np.exp(logits - logits.max(axis=0))
probabilities /= probabilities.sum(axis=0)
"""

_LABEL = """best = probabilities.argmax()
print(f"class: {{names[best]}} prob: {{probabilities[best]:.3f}}")
"""

_PLACE = """peaks = probabilities.max(axis=(1, 2))
peaks[[name == "background" for name in names]] = 0
best = peaks.argmax()
row, column = divmod(probabilities[best].argmax(), logits.shape[2])
left, top = int(column) * window["stride"], int(row) * window["stride"]
box = [left, top, left + window["size"], top + window["size"]]
print(f"class: {{names[best]}} prob: {{peaks[best]:.3f}} window: {{box}}")
"""

_MASK = """enlarged = [Image.fromarray(one).resize(picture.size, Image.BILINEAR) for one in logits]
mask = np.stack(enlarged).argmax(axis=0).astype(np.min_scalar_type(len(names)))
Image.fromarray(mask).save(mask_file)
for index in np.unique(mask):
    print(f"class: {{names[index]}} area: {{(mask == index).mean():.3f}}")
"""

_PARTS = {
    "classification": (_HEAD, _RESIZED, _CROPPED, _ANSWER, _SOFTMAX, _LABEL),
    "localization": (_HEAD, _TOO_SMALL, _ANSWER, _SOFTMAX, _PLACE),
    "segmentation": (_HEAD, _OWN_NAME, _RESIZED, _ANSWER, _MASK),
}

_WHAT = {
    "classification": "what is in a picture",
    "localization": "what is in a picture, and the window in which it is seen best",
    "segmentation": "a class for every pixel of a picture",
}


def script_for(task: str, file: str) -> str:
    """The text of the script.

    Args:
        task: As ``describe`` in ``onnx_exports`` names it.
        file: Name of the script.
    """
    pixels = task == "segmentation"
    inside_quotes = file.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(_PARTS[task]).format(
        mark=MARK,
        what=_WHAT[task],
        file=inside_quotes,
        count=3 if pixels else 2,
        arguments="PICTURE MASK.png" if pixels else "PICTURE",
        or_its_own=" or min(picture.size)" if pixels else "",
        resized="resized" if pixels else "picture",
        picture="resized" if pixels else "picture",
    )
