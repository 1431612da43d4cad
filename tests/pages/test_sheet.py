"""The page around what it says."""

import base64
import hashlib
import re
from pathlib import Path

from course_utils.pages.html import element
from course_utils.pages.sheet import is_page, page


def test_the_policy_lets_only_the_own_script_run() -> None:
    written = page("<script>evil()</script>", element("p", "<script>evil()</script>")).decode()
    scripts = re.findall(r"<script>(.*?)</script>", written, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', written)
    assert policy is not None
    assert f"script-src &#x27;sha256-{digest}&#x27;" in policy[1]
    assert "default-src &#x27;none&#x27;" in policy[1]


def test_a_page_of_ours_is_known(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert not is_page(path)
    assert not is_page(tmp_path)
    path.write_bytes(page("a"))
    assert is_page(path)
    path.write_text("<!DOCTYPE html><html><head><title>of pytest</title></head></html>")
    assert not is_page(path)


def test_the_same_page_is_the_same_file() -> None:
    assert page("a", element("p", "b")) == page("a", element("p", "b"))
