"""What is asked of each row: an aim, and the recorded floor below which ``make bench`` fails."""

TARGETS: dict[str, tuple[float | None, float | None]] = {
    "folder fp32": (2.0, 1.4),
    "folder bf16": (4.0, 2.8),
    "folder onnxruntime": (None, None),
    "network fp32": (None, 1.0),
    "dense map fp32": (30, 20),
    "dense map bf16": (75, 50),
    "fcn step fp32": (1.25, 1.1),
    "fcn step bf16": (3.0, 2.2),
    "voc data": (1.6, 1.2),
    "voc memory kept": (3.4, 2.5),
    "voc memory read": (6.3, 4.0),
    "help": (None, 1.0),
    "import": (1.0, 0.9),
    "flat memory": (None, 1.0),
}
