"""How an insect, modeled in three dimensions, is turned and fitted onto a square canvas.

Model coordinates: ``x`` forward, ``y`` to its right, ``z`` up from its back.
"""

from dataclasses import dataclass

import numpy as np

from garden.painting.color import Array

Point3 = tuple[float, float, float]


@dataclass(frozen=True)
class Pose:
    """An orthographic view.

    Attributes:
        rotation: ``(3, 3)``, model to viewer: right, down, towards the viewer.
        scale: Pixels a model unit.
        shift: ``(2,)``, where the model's origin lies on the canvas, in pixels.
    """

    rotation: Array
    scale: float
    shift: Array

    def place(self, point: Point3) -> tuple[float, float]:
        """Where a point of the model lies on the canvas, in pixels."""
        x, y = self.scale * (self.rotation[:2] @ np.array(point)) + self.shift
        return float(x), float(y)

    def direction(self, axis: Point3) -> tuple[float, float]:
        """The angle (radians) of a unit axis on the canvas and its foreshortening, 0 to 1."""
        x, y = self.rotation[:2] @ np.array(axis)
        return float(np.arctan2(y, x)), float(min(np.hypot(x, y), 1.0))

    def nearness(self, point: Point3) -> float:
        """How near to the viewer a point is, in model units."""
        return float(self.rotation[2] @ np.array(point))


def turned(heading: float, roll: float, pitch: float) -> Array:
    """The rotation ``(3, 3)``: first nose up or down, then onto a side, then to a heading."""
    cos, sin = np.cos, np.sin
    nose = np.array([[cos(pitch), 0, sin(pitch)], [0, 1, 0], [-sin(pitch), 0, cos(pitch)]])
    side = np.array([[1, 0, 0], [0, cos(roll), -sin(roll)], [0, sin(roll), cos(roll)]])
    compass = np.array(
        [[cos(heading), -sin(heading), 0], [sin(heading), cos(heading), 0], [0, 0, 1]]
    )
    return np.asarray(compass @ side @ nose)


def random_rotation(rng: np.random.Generator) -> Array:
    """Any heading; mostly seen from above, often a little from a side, sometimes fully."""
    heading = rng.uniform(0, 2 * np.pi)
    side = rng.choice([-1, 1])
    roll = rng.uniform(0.9, 1.35) if rng.random() < 0.3 else rng.uniform(0, 0.7)
    return turned(heading, side * roll, rng.uniform(-0.35, 0.35))


def fitted(rotation: Array, outline: list[Point3], size: int, fill: float = 0.9) -> Pose:
    """The pose in which some points of the model just fill the share ``fill`` of the canvas."""
    flat = np.array(outline) @ rotation[:2].T  # (N, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = fill * size / float((high - low).max())
    return Pose(rotation, scale, size / 2 - scale * (low + high) / 2)
