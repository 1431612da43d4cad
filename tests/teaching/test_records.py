"""A recorded training is believed only as long as its first epochs come out again."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from course_utils.data.manifest import digest_of, write_manifest
from course_utils.errors import DataError, TrainingError
from course_utils.teaching.records import (
    Record,
    differences,
    make_record,
    read_records,
    write_records,
)
from course_utils.training.classifier import ClassifierRun
from course_utils.training.config import TrainingConfig
from course_utils.training.segmenter import SegmenterRun, for_pixels
from picture_files import noise, picture_set
from voc_files import voc_set

RUN = ClassifierRun("insects", "resnet18", stem_width=4, image_size=64)
CONFIG = TrainingConfig(epochs=3, batch_size=8)


@pytest.fixture
def record(embedded: Path) -> Record:
    """A training on an embedded set made here."""
    picture_set(embedded / "insects")
    write_manifest(embedded)
    return make_record(RUN, CONFIG)


def test_a_record_says_all_that_is_needed_to_run_it_again(record: Record, embedded: Path) -> None:
    assert record.command.startswith("course-utils train classifier --data insects --model res")
    assert set(record.versions) == {"python", "torch", "torchvision", "course-utils"}
    assert record.data_digest == digest_of(embedded, ["insects"])
    assert len(record.history) == 3
    assert record.accuracy == record.history[2].accuracy


def test_a_record_survives_its_file(record: Record, embedded: Path) -> None:
    (embedded / "records").mkdir()
    write_records(embedded / "records" / "chapter.jsonl", [record, record])
    assert read_records("chapter") == [record, record]


def test_a_true_record_has_no_differences(record: Record) -> None:
    assert differences(record) == []


def test_another_seed_is_a_difference(record: Record) -> None:
    other = replace(
        record,
        config=replace(CONFIG, seed=1),
        command=record.command.replace("--seed 0", "--seed 1"),
    )
    found = differences(other)
    assert found
    assert all("loss was" in sentence for sentence in found)


def test_a_loss_typed_by_hand_is_found(record: Record) -> None:
    first = replace(record.history[0], validation_loss=record.history[0].validation_loss * 1.1)
    other = replace(record, history=(first, *record.history[1:]))
    (sentence,) = differences(other)
    assert sentence.startswith("in epoch 1 the validation loss was")


def test_another_command_is_a_difference(record: Record) -> None:
    (sentence,) = differences(replace(record, command="course-utils train"))
    assert sentence.startswith("the command was 'course-utils train' and is")


def test_a_record_from_before_the_precision_was_said_is_still_true(
    record: Record, embedded: Path
) -> None:
    older = json.loads(json.dumps(asdict(record)))
    older["command"] = record.command.removesuffix(" --precision fp32")
    del older["config"]["precision"]
    older["config"]["mixed_precision"] = False
    (embedded / "records").mkdir()
    (embedded / "records" / "older.jsonl").write_text(json.dumps(older))
    (found,) = read_records("older")
    assert found.config == record.config
    assert found.command != record.command
    assert differences(found) == []


def test_other_pictures_are_a_difference(record: Record, embedded: Path) -> None:
    noise(77).save(embedded / "insects" / "train" / "ants" / "0.png")
    write_manifest(embedded)
    (sentence,) = differences(record)
    assert sentence.startswith(f"the data had the digest {record.data_digest} and has ")


def test_the_weights_that_it_began_with_count_as_data(record: Record, embedded: Path) -> None:
    run = ClassifierRun("insects", pretrained="insects-resnet18", freeze=True, image_size=64)
    begun = make_record(run, replace(CONFIG, epochs=1))
    weights = embedded / "weights" / "insects-resnet18.safetensors"
    parts = ["insects", "weights/insects-resnet18.safetensors"]
    assert weights.is_file()
    assert begun.data_digest == digest_of(embedded, parts) != record.data_digest


def test_a_segmenter_has_borders_and_survives_its_file(embedded: Path) -> None:
    voc_set(embedded / "scenes")
    write_manifest(embedded)
    run = SegmenterRun("scenes", "fcn32s-resnet18", stem_width=4, crop_size=(64, 64))
    record = make_record(run, for_pixels(TrainingConfig(epochs=2, batch_size=3)))
    assert record.borders is not None
    assert 0 < record.borders.trimap_accuracy < 1
    assert len(record.borders.boundary_iou) == 3
    (embedded / "records").mkdir()
    write_records(embedded / "records" / "chapter.jsonl", [record])
    assert read_records("chapter") == [record]
    assert differences(record) == []
    other = replace(record, run=replace(run, crop_size=(64, 72)))
    assert differences(other)[0].startswith("the command was ")


def test_a_digest_of_nothing_is_refused(embedded: Path) -> None:
    with pytest.raises(DataError, match=r"has no file of insect$"):
        digest_of(embedded, ["insect"])


@pytest.mark.parametrize("content", [None, "nonsense", json.dumps({"run": {}})])
def test_a_missing_or_damaged_file_is_an_error(content: str | None, embedded: Path) -> None:
    (embedded / "records").mkdir()
    if content is not None:
        (embedded / "records" / "chapter.jsonl").write_text(content)
    with pytest.raises(TrainingError, match=r"chapter\.jsonl: holds no records .* experiments"):
        read_records("chapter")
