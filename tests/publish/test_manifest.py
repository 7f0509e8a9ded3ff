"""Outputs in place: what the manifest says of them."""

import hashlib
from pathlib import Path

from pipeline.publish import Manifest, add, manifest, publish

SUMMARY, VALIDATION = "programme-summary.xlsx", "validation-report.xlsx"
INPUTS = {"programme.xlsx": "0a", "fire.xlsx": "1b", "letter.pdf": ""}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_manifest_says_what_the_report_was_made_of(tmp_path: Path) -> None:
    publish(tmp_path, {SUMMARY: b"figures", VALIDATION: b"issues"}, INPUTS, 3)
    assert manifest(tmp_path) == Manifest(
        {SUMMARY: sha256(b"figures"), VALIDATION: sha256(b"issues")}, INPUTS, 3
    )


def test_a_later_list_of_issues_leaves_the_report_what_it_was(tmp_path: Path) -> None:
    publish(tmp_path, {SUMMARY: b"figures", VALIDATION: b"issues"}, INPUTS, 3)
    add(tmp_path, {VALIDATION: b"issues"})
    same = manifest(tmp_path)
    add(tmp_path, {VALIDATION: b"other issues"})
    other = manifest(tmp_path)
    assert same
    assert other
    assert (same.inputs, same.errors, same.later) == (INPUTS, 3, ())
    assert (other.inputs, other.errors, other.later) == (INPUTS, 3, (VALIDATION,))
    assert other.files == {SUMMARY: sha256(b"figures"), VALIDATION: sha256(b"other issues")}


def test_a_list_of_issues_alone_is_no_report(tmp_path: Path) -> None:
    assert manifest(tmp_path) is None
    add(tmp_path, {VALIDATION: b"issues"})
    only = manifest(tmp_path)
    assert only
    assert not only.is_report
    publish(tmp_path, {SUMMARY: b"figures"}, INPUTS, 0)
    report = manifest(tmp_path)
    assert report
    assert report.is_report
