"""What a chapter calls."""

from typing import Any

import pytest

from course_utils.teaching import touch
from touch_pages import ALT, CAPTION, softmax_data, softmax_html


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the notebook is given to display."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.publish_display_data", bundles.append)
    return bundles


def test_it_displays_html_and_words(shown: list[dict[str, Any]]) -> None:
    touch("softmax", softmax_data(), alt=ALT, caption=CAPTION)
    (bundle,) = shown
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/html"] == softmax_html()
    assert bundle["text/plain"].startswith(ALT + " At the start: ants 0.88")


def test_an_unknown_figure_is_named(shown: list[dict[str, Any]]) -> None:
    with pytest.raises(
        ValueError, match=r"'softmx'; there is: convolution, softmax, learning_rate, zoo"
    ):
        touch("softmx", softmax_data(), alt=ALT, caption=CAPTION)
    assert not shown
