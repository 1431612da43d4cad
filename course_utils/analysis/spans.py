"""What the cells of a map see of the picture, in pixels: a span of rows, and one of columns.

Source: the recurrence of Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional
Neural Networks" (Distill, 2019), section 2.
"""

from dataclasses import dataclass

from course_utils.errors import ModelError


@dataclass(frozen=True)
class Span:
    """What the cells of a layer see along one axis of the picture, in pixels.

    Cell ``i`` sees ``size`` pixels, from ``first + i * stride`` on. Pixels before 0, or behind
    the picture's end, are zero padding.

    Attributes:
        size: How many pixels a cell sees.
        stride: From one cell to the next (the jump).
        first: The first pixel that cell 0 sees.
    """

    size: int = 1
    stride: int = 1
    first: int = 0

    def through(
        self,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
    ) -> "Span":
        """What a cell sees one layer later, behind a convolution or a pooling."""
        return Span(
            size=self.size + dilation * (kernel - 1) * self.stride,
            stride=self.stride * stride,
            first=self.first - padding * self.stride,
        )

    def enlarged(self, kernel: int, factor: int, padding: int = 0, dilation: int = 1) -> "Span":
        """What a cell sees behind a transposed convolution: at most, for some see less.

        Such a layer puts ``factor - 1`` zeros between the cells and goes over them with its
        kernel, step by step. Which cells the kernel meets repeats every ``factor`` cells; this
        span holds what all of them see, and no pixel less would do.

        Args:
            kernel: Its side, in cells of the result.
            factor: What PyTorch calls the stride of the layer.
            padding: What the layer cuts off, in cells of the result.
            dilation: From one weight to the next, likewise.

        Raises:
            ModelError: If the cells would lie a fraction of a pixel apart.
        """
        if self.stride % factor:
            raise ModelError(
                f"enlarged {factor} times, cells that are {self.stride} pixels apart lie a "
                "fraction of a pixel apart"
            )
        between = Span(self.size, self.stride // factor, self.first)
        return between.through(kernel, 1, dilation * (kernel - 1) - padding, dilation)

    def union(self, other: "Span") -> "Span":
        """What a cell sees where two branches meet.

        Raises:
            ModelError: If the branches have different strides.
        """
        if self.stride != other.stride:
            raise ModelError(
                f"branches with strides of {self.stride} and {other.stride} pixels meet: "
                "their cells lie at different places of the picture"
            )
        first = min(self.first, other.first)
        end = max(self.first + self.size, other.first + other.size)
        return Span(end - first, self.stride, first)

    def center(self, cell: int = 0) -> float:
        """The pixel in the middle of what a cell sees; a half lies between two pixels."""
        return self.first + cell * self.stride + (self.size - 1) / 2


@dataclass(frozen=True)
class Field:
    """What the cells of one layer see, or why there is no number.

    Attributes:
        rows: Along the picture's height; ``None`` if there is no number.
        columns: Along its width, likewise.
        reason: Why there is no number; empty if there is one.
    """

    rows: Span | None
    columns: Span | None
    reason: str = ""

    @property
    def square(self) -> Span:
        """Rows and columns, where both are the same.

        Raises:
            ModelError: If there is no number, or height and width differ.
        """
        if self.rows is None or self.columns is None:
            raise ModelError(f"no receptive field in pixels: {self.reason}; ask an earlier layer")
        if self.rows != self.columns:
            raise ModelError(f"{self}: ask for its rows and columns one by one")
        return self.rows

    def union(self, other: "Field") -> "Field":
        """What a cell sees where two branches meet; no number where one of them has none.

        Raises:
            ModelError: If the branches have different strides.
        """
        if self.rows is None or self.columns is None:
            return self
        if other.rows is None or other.columns is None:
            return other
        return Field(self.rows.union(other.rows), self.columns.union(other.columns))

    def __str__(self) -> str:
        if self.rows is None or self.columns is None:
            return f"no number: {self.reason}"
        strides = f"{self.rows.stride}×{self.columns.stride}"
        return f"{self.rows.size}×{self.columns.size} pixels, stride {strides}"
