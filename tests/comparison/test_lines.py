"""What may differ between a stored text and a new one, and what may not."""

import pytest

from comparison.lines import compare_texts
from comparison.rules import Rules, read_rules
from course_utils.teaching.claims import UNEXPECTED

NONE = Rules()
WHY = {"why": "a training is live"}
LOOSE = read_rules({"compare": {"tolerance": 0.03, "difference": 0.1, **WHY}})
BOXES = read_rules({"compare": {"range": [3, 9], **WHY}})
MEASURED = read_rules({"compare": {"measured": True}})


def agree(stored: str, new: str, rules: Rules = NONE) -> bool:
    """Say whether a new text is accepted, and nothing is reported."""
    found = compare_texts(stored, new, rules)
    return not found.wrong and not found.reports


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        ("loss 0.50", "loss 0.51"),
        ("loss 0.50", "loss 0.49"),
        ("gap 2e-7", "gap 3e-7"),
        ("1.00", "0.99"),
        ("a  b\n", "a b  \n"),
        ("   9.95 ms of 3", "  10 ms of 3".replace("10", "9.96")),
        ("-0.00", "0.00"),
        ("0.01", "-0.00"),
        ("gap 2e-7 (at most 1e-6)", "gap 9e-7 (at most 1e-6)"),
        ("gap 2e-7 (at most 1e-6)", "gap 0 (at most 1e-6)"),
        ("accuracy 0.94 (at least 0.85)", "accuracy 0.93 (at least 0.85)"),
        ("device: cpu · data: x", "device: cuda:0 · data: x"),
        ("one picture on cpu (x86_64)", "one picture on cuda (A GPU)"),
        ("nan", "nan"),
        ("tensor([ 0.001, -0.500])", "tensor([-0.000, -0.501])"),
        ("tensor([ 9.999, 10.500])", "tensor([10.000, 10.500])"),
        ("[0.25 0.5 ]", "[0.25 0.51]"),
        ("[0. 1.]", "[-0. 1.]"),
        ("[1. 0.5]", "[1.001 0.501]"),
        ("0 boxes", "-0 boxes"),
        ("−1 to 2", "-1 to 2"),
        ("gap 2e-7 (at most 1e-6)", "gap -2e-7 (at most 1e-6)"),
    ],
)
def test_may_differ(stored: str, new: str) -> None:
    assert agree(stored, new)


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        ("loss 0.50", "loss 0.52"),
        ("loss 0.5", "loss -0.5"),
        ("+0.010", "-0.010"),
        ("from 0.2", "from −0.2"),
        ("7 boxes", "8 boxes"),
        ("11,689,512", "11,689,513"),
        ("loss 0.50", "gain 0.50"),
        ("loss 0.50", "loss nan"),
        ("loss nan", "loss 0.50"),
        ("loss 0.50", "loss inf"),
        ("resnet18", "resnet34"),
        ("0.5 ms", "0.5 s"),
        ("50 %", "50"),
        ("(1, 3)", "(1, 3, 3)"),
        ("a\nb", "a"),
        ("a", "a\nb"),
        ("a\nb", "b\na"),
        ("gap 2e-7 (at most 1e-6)", "gap 2e-6 (at most 1e-6)"),
        ("gap 2e-6 (at most 1e-6)", "gap 2e-7 (at most 1e-6)"),
        ("gap 2e-7 (at most 1e-6)", "gap 2e-7 (at most 2e-6)"),
        ("gap 2e-7 (at most 1e-6)", "gap nan (at most 1e-6)"),
        ("gap 0.02 (at most 0.05)", "gap 0.04 (at most 0.05)"),
        ("accuracy 0.85 (at least 0.85)", "accuracy 0.84 (at least 0.85)"),
        ("accuracy 0.94 (at least 0.85)", "accuracy 0.94 (at least 0.86)"),
        ("accuracy 0.94 (at least 0.85)", "accuracy 0.90 (at least 0.85)"),
        ("accuracy 0.94 (at least 0.85)", f"accuracy 0.94 (at least 0.85){UNEXPECTED}"),
        ("it falls: True", f"it falls: False{UNEXPECTED}"),
        ("12.5 ms", "12.9 ms"),
        ("9.9", "10"),
        ("5", "5.0"),
        ("+3", "3"),
        ("commit 4e7f01", "commit 3e7f01"),
        ("commit 4e7f01", "commit 4e8f01"),
        ("[0. 1.]", "[0. 2.]"),
        ("[1. 0.5]", "[1.02 0.501]"),
        ("gap -1000 (at most 1e-6)", "gap 5e-7 (at most 1e-6)"),
        ("gap 5e-7 (at most 1e-6)", "gap -1000 (at most 1e-6)"),
        ("mean IoU on cpu (0.11)", "mean IoU on cpu (0.91)"),
        ("mean IoU on cuda:0 (91 %)", "mean IoU on cuda:0 (11 %)"),
        ("x 0.5 (at most 0.1)", "x 0.5 (at most 0.1)"),
        ("e 1e-7 in layer 0 (at most 1e-6)", "e 2e-7 in layer 0 (at most 1e-6)"),
        ("device: cpu · data: x", "device: cpu · data: y"),
    ],
)
def test_may_not_differ(stored: str, new: str) -> None:
    assert compare_texts(stored, new, NONE).wrong


def test_a_tolerance_is_for_decimal_numbers() -> None:
    assert agree("loss 0.50 in 7", "loss 0.53 in 7", LOOSE)
    assert not agree("loss 0.50 in 7", "loss 0.54 in 7", LOOSE)
    assert not agree("loss 0.50 in 7", "loss 0.50 in 8", LOOSE)
    assert not agree("loss 0.50", "loss nan", LOOSE)


def test_a_tolerance_does_not_free_from_a_bound() -> None:
    assert agree("x 0.86 (at least 0.85)", "x 0.87 (at least 0.85)", LOOSE)
    assert not agree("x 0.86 (at least 0.85)", "x 0.84 (at least 0.85)", LOOSE)


def test_signs_count_above_the_tolerance() -> None:
    wide = read_rules({"compare": {"tolerance": 0.5, "difference": 1, **WHY}})
    assert agree("0.2", "-0.2", wide)
    assert agree("+0.2", "0.2", wide)
    assert not agree("+0.6", "0.6", wide)


def test_a_range_is_for_whole_numbers() -> None:
    assert agree("boxes 5", "boxes 9", BOXES)
    assert not agree("boxes 5", "boxes 10", BOXES)
    assert not agree("boxes 10", "boxes 5", BOXES)
    assert not agree("boxes 5, 0.50", "boxes 5, 0.60", BOXES)


def test_a_rule_can_be_for_some_lines() -> None:
    said = {"tolerance": 0.03, "difference": 0.1, "lines": ["loss"], **WHY}
    rules = read_rules({"compare": [said, {"range": [1, 3], "lines": ["boxes"], **WHY}]})
    assert agree("loss 0.50\nboxes 2", "loss 0.53\nboxes 3", rules)
    assert not agree("accuracy 0.50", "accuracy 0.53", rules)
    assert not agree("circles 2", "circles 3", rules)


class TestMeasured:
    @pytest.mark.parametrize(
        ("stored", "new"),
        [
            ("mean 0.0075s", "mean 0.2175s"),
            ("1  14.18 ms   71 a s", "1  9.18 ms   1071 a s"),
            ("9 times the time (at least 5)", "12 times the time (at least 5)"),
            ("times longer: 9.1 (at least 5)", "times longer: 22.7 (at least 5)"),
            ("9 steps: 3 ms", "9 steps: 0.3 ms"),
        ],
    )
    def test_times_are_free(self, stored: str, new: str) -> None:
        assert agree(stored, new, MEASURED)

    @pytest.mark.parametrize(
        ("stored", "new"),
        [
            ("weights 258, 3 ms", "weights 259, 3 ms"),
            ("accuracy 0.95, 3 ms", "accuracy 0.90, 3 ms"),
            ("mean 3 ms", "mean nan ms"),
            ("mean 3 ms", "mean 3 s"),
            ("mean 3 ms", "median 3 ms"),
            ("9 times the time (at least 5)", "9 times the time (at least 6)"),
            ("ratio 9.1 (at least 5)", "ratio 9.5 (at least 5)"),
            ("in 3 ms accuracy 0.9 (at least 0.8)", "in 3 ms accuracy 0.1 (at least 0.8)"),
            (
                "in 3 ms accuracy 0.9 (at least 0.8)",
                f"in 3 ms accuracy 0.1 (at least 0.8){UNEXPECTED}",
            ),
            ("IoU 0.90 (at least 0.8)", "IoU 0.10 (at least 0.8)"),
            ("2 ms\nlabels equal: True", f"2 ms\nlabels equal: False{UNEXPECTED}"),
            ("2 ms", f"2 ms\nlabels are equal{UNEXPECTED}"),
            ("6 times fewer (at least 5)", "4 times fewer (at least 5)"),
            ("speed 3.0 (at least 2), 6 classes", "speed 1.0 (at least 2), 5 classes"),
            ("speed 3.0 (at least 2)", "speed 1.0 (at least 1)"),
            ("speed 1.0 (at least 2)", "speed 1.0 (at least 2)"),
            ("3 min, 9 max", "4 min, 9 max"),
            ("in the 1990s", "in the 2010s"),
            ("3 ms", "-3 ms"),
            ("3 stripes, 2 ms", "4 stripes, 2 ms"),
        ],
    )
    def test_what_is_not_a_time_is_compared(self, stored: str, new: str) -> None:
        assert compare_texts(stored, new, MEASURED).wrong

    def test_further_units_can_be_named(self) -> None:
        rules = read_rules({"compare": {"measured": ["pictures/s", "GB/s"]}})
        assert agree("31 pictures/s, 9 GB/s, 2 ms", "99 pictures/s, 7.5 GB/s, 8 ms", rules)
        assert not agree("31 pictures", "99 pictures", rules)
        assert not agree("31 stripes", "99 stripes", read_rules({"compare": {"measured": ["s"]}}))

    @pytest.mark.parametrize(
        ("stored", "new"),
        [
            ("2 ms\nspeed 9.1 (at least 5)", f"3 ms\nspeed 4.1 (at least 5){UNEXPECTED}"),
            ("2 ms\nspeed 9.1 (at least 5)", "3 ms\nspeed 4.1 (at least 5)"),
            ("2.5 s (at most 3)", "4.5 s (at most 3)"),
            ("2 ms\nit is quicker: True", f"3 ms\nit is quicker: False{UNEXPECTED}"),
            ("2 ms", f"it is quicker{UNEXPECTED}\n3 ms"),
            ("2 ms", f"3 ms\nseconds[50] > seconds[34]{UNEXPECTED}"),
        ],
    )
    def test_another_order_is_reported(self, stored: str, new: str) -> None:
        found = compare_texts(stored, new, MEASURED)
        assert not found.wrong
        assert len(found.reports) == 1

    def test_beside_a_report_the_rest_is_compared(self) -> None:
        new = f"3 ms\nit is quicker: False{UNEXPECTED}\nweights 9"
        assert compare_texts("2 ms\nit is quicker: True\nweights 8", new, MEASURED).wrong


def test_what_is_wrong_is_shown_with_its_line() -> None:
    (said,) = compare_texts("a\nloss 0.50, 7 steps", "a\nloss 0.61, 7 steps", NONE).wrong
    assert said.splitlines() == [
        "0.50 and 0.61 differ by 0.11, allowed 0.01",
        "  stored: loss 0.50, 7 steps",
        "  new:    loss 0.61, 7 steps",
    ]


def test_missing_and_added_lines_are_named() -> None:
    assert "- b" in compare_texts("a\nb\nc", "a\nc", NONE).wrong
    assert "+ b 0.5" in compare_texts("a\nc", "a\nb 0.5\nc", NONE).wrong
