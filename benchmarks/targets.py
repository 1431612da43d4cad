"""What is asked of each row: an aim, and for each class of processors a floor, if one is known.

``make bench`` fails where a ratio lies below the floor of the processor that it runs on. A floor
is a recorded ratio, less a tenth or more for its spread; without a record there is none.
"""

from dataclasses import dataclass, field

from benchmarks.processors import ANY


@dataclass(frozen=True)
class Target:
    """What is asked of a row.

    Attributes:
        aim: What was hoped for.
        floors: By class of processors (see ``processor_class``); ``"any"`` holds on all.
    """

    aim: float | None = None
    floors: dict[str, float] = field(default_factory=dict)

    def floor(self, processor: str) -> float | None:
        """The one that holds on this class of processors."""
        return self.floors.get(processor, self.floors.get(ANY))


TARGETS: dict[str, Target] = {
    "folder fp32": Target(1.7, {"AVX2": 1.2, "AMX": 1.4}),
    "folder bf16": Target(3.5, {"AVX512": 2.4, "AMX": 2.8}),
    "folder onnxruntime": Target(2.0, {"AVX2": 1.5}),
    "folder openvino": Target(2.0, {"AVX2": 1.4}),
    "folder openvino bf16": Target(3.5),
    "network fp32": Target(None, {ANY: 1.0}),
    "network onnxruntime": Target(),
    "network openvino": Target(),
    "dense map fp32": Target(35, {ANY: 20}),
    "dense map bf16": Target(70, {ANY: 50}),
    "dense map onnxruntime": Target(35),
    "dense map openvino": Target(35),
    "dense map openvino bf16": Target(70),
    "fcn step fp32": Target(1.25, {ANY: 1.1}),
    "fcn step bf16": Target(2.5, {"AVX512": 1.9, "AMX": 2.2}),
    "first epoch": Target(None, {"AVX2": 1.6}),
    "second epoch": Target(8, {"AVX2": 3.9}),
    "voc data": Target(1.6, {ANY: 1.0}),
    "voc memory kept": Target(3.4, {ANY: 2.5}),
    "voc memory read": Target(6.3, {ANY: 4.0}),
    "help": Target(None, {ANY: 1.0}),
    "import": Target(1.0, {ANY: 0.9}),
    "flat memory": Target(None, {ANY: 1.0}),
}
