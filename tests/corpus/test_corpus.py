"""Files that people have: what each kind gives, or the sentence that refuses it.

``cases_TOPIC.py`` holds a list ``CASES``; to add a kind, add a ``Case`` there.
"""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from case import Case, Refusal
from course_utils.errors import CourseError

TOPICS = sorted(path.stem for path in Path(__file__).parent.glob("cases_*.py"))
CASES: list[Case] = [case for topic in TOPICS for case in import_module(topic).CASES]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file_gives_what_it_should(case: Case, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    if isinstance(case.expect, Refusal):
        with pytest.raises(CourseError) as caught:
            case.run(path)
        assert case.expect.sentence in str(caught.value)
    else:
        found = case.run(path)
        equal = np.array_equal if isinstance(case.expect, np.ndarray) else lambda a, b: a == b
        assert equal(found, case.expect), f"{found!r} is not {case.expect!r}"


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
