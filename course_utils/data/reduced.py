"""Pictures that will be shrunk anyway are decoded smaller: sooner, and in less memory."""

from PIL import Image


def draft(image: Image.Image, shorter_side: int) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth of its size.

    The decoder leaves the fine waves of each 8×8 block out, so that most of its work falls away.

    Args:
        image: Just opened; pictures of other formats stay as they are.
        shorter_side: At least so much of it is left, in pixels.
    """
    image.draft(None, (shorter_side, shorter_side))


def reduced(image: Image.Image, shorter_side: int) -> Image.Image:
    """The means of blocks of 2×2, 3×3, … pixels, of a picture that is large enough for it.

    Args:
        image: Decoded.
        shorter_side: At least so much of it is left, in pixels; less than twice as much, where
            the sides allow it.
    """
    factor = min(image.size) // shorter_side
    return image.reduce(factor) if factor > 1 else image
