"""``report.html``: what a measurement says, as a page in one file."""

from course_utils.pages.sheet import page
from course_utils.training.classifier_page import classifier_sections
from course_utils.training.page_parts import Measured, how_made, left_out
from course_utils.training.pixel_page import pixel_sections
from course_utils.training.seen import SeenPixels


def report_page(measured: Measured) -> bytes:
    """The page, as the bytes of its file. The pictures that it shows are read again."""
    seen = measured.seen
    if isinstance(seen, SeenPixels):
        sections = pixel_sections(measured, seen)
    else:
        sections = classifier_sections(measured, seen)
    return page(measured.title, *sections, left_out(measured), how_made(measured))
