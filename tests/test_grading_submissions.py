"""Grading: who handed in what, from folders and from the zips of Moodle, Canvas and Gradescope. Nobody is dropped."""

import io
import json
import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import grading_rows as rows
import pytest
from typer.testing import CliRunner

from course import cli
from course.grading import files, submissions
from course.grading.manual import meant
from course.grading.roster import Clue, Roster
from course.grading.submissions import collect

ROOT = Path(__file__).parents[1]
RAW = rows.notebook(rows.IMPORTS, rows.CARRY)
CANVAS_ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (77)
,,,,,Manual Posting
    Points Possible,,,,,10.00
"Ólafsdóttir, Ana",101,s1,ana,A,
"Lee, Ben",102,s2,ben,A,
"Lee, Cy",103,s3,cy,A,
"""
MOODLE_ROSTER = """Identifier,Full name,Email address,Status,Grade,Maximum grade,Feedback comments
Participant 501,Ana Ólafsdóttir,ana@uni.edu,Submitted,,10.00,
Participant 502,Ben Lee,ben@uni.edu,Submitted,,10.00,
"""
GRADESCOPE = """submission_9:
  :submitters:
  - :name: Ana Ólafsdóttir
    :sid: s1
    :email: ana@uni.edu
  - :name: Ben Lee
    :sid: s2
    :email: ben@uni.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-28 09:15:02.5 Z
    zone: UTC
  :score: 0.0
submission_10:
  :submitters:
  - :name: Cy Lee
    :email:
    :sid:
  :created_at: 2026-11-28 09:15:02 Z
"""


def zipped(to, members):
    """A zip of names and contents; a name may come with a time."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            about = zipfile.ZipInfo(*name) if isinstance(name, tuple) else name
            archive.writestr(about, content)
    return to


def roster(tmp_path, text):
    file = tmp_path / "roster.csv"
    file.write_text(text, encoding="utf-8-sig")
    return Roster(file)


def by_id(found):
    return {one.id: one for one in found.submissions}


def test_a_folder_of_notebooks_and_of_folders(tmp_path):
    for name in ("ana.ipynb", "ben_04_highway.ipynb", "ben (1).ipynb", "cy/a.ipynb", "cy/sub/b.ipynb", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(RAW)
    (tmp_path / "cy" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "cy" / ".ipynb_checkpoints" / "z.ipynb").write_bytes(b"")
    found = collect(tmp_path, handout="04_highway")
    known = by_id(found)
    assert list(known) == ["ana", "ben_04_highway", "cy", "notes"]
    assert [one.student for one in found.submissions] == ["ana", "ben", "cy", "notes"]
    assert found.replaced == [("ben (1).ipynb", "ben_04_highway.ipynb")]
    assert "which is the last by name; the others: ben (1).ipynb" in known["ben_04_highway"].notes[0]
    assert known["cy"].file.name == "b.ipynb" and "of 2 notebooks the last by name" in known["cy"].notes[0]
    assert "has to end in .ipynb" in known["notes"].problem
    assert all(one.time is None for one in found.submissions)


def test_nobody_takes_anothers_place_by_a_name(tmp_path):
    """A submission counts instead of another only if both are of one student; ids are never the same."""
    folder = tmp_path / "in"
    for name in ("ana", "row 0", "row: 0", "submission_metadata.yml", "timestamp.txt"):
        (folder / name).mkdir(parents=True)
        (folder / name / "x.ipynb").write_bytes(RAW)
    found = collect(folder, roster=roster(tmp_path, "username\nana\n"))
    assert len(found.submissions) == 5 and not found.replaced
    named = [submissions.Submission(name, ()) for name in ("a", "a", "a (2)", "b.ipynb")]
    assert [one.id for one in submissions._with_ids(named, {"a", "a (2)"})] == ["a", "a (2)", "a (2) (2)", "b"]


def test_a_pattern_says_where_the_student_stands(tmp_path):
    for name in ("hw4-s1-x.ipynb", "hw4-s2-x.ipynb", "odd.ipynb"):
        (tmp_path / name).write_bytes(RAW)
    found = collect(tmp_path, pattern=r"hw4-(?P<student>\w+)-")
    assert [one.student for one in found.submissions] == ["s1", "s2", "odd"]
    for bad, words in {"(": "no regular expression", "x": "needs a group"}.items():
        with pytest.raises(ValueError, match=words):
            collect(tmp_path, pattern=bad)


def test_canvas_names_students_by_id_and_marks_what_is_late(tmp_path):
    source = zipped(tmp_path / "submissions.zip", [
        ("olafsdottirana_101_9001_04_highway.ipynb", RAW), ("leeben_LATE_102_9002_04_highway-1.ipynb", RAW),
        ("leeben_LATE_102_9003_data.csv", b"1,2"), ("nobody_999_9004_x.ipynb", RAW),
    ])  # fmt: skip
    found = collect(source, roster=roster(tmp_path, CANVAS_ROSTER))
    known = {one.student: one for one in found.submissions}
    assert set(known) == {"Ólafsdóttir, Ana", "Lee, Ben", "nobody"}
    assert known["Lee, Ben"].late and not known["Ólafsdóttir, Ana"].late
    assert known["Lee, Ben"].file.name.endswith("-1.ipynb") and "the one with a notebook" in known["Lee, Ben"].notes[0]
    assert known["nobody"].students[0].unmatched == "nobody on the roster is called so"
    assert known["nobody"].id == "nobody_999_9004_x" and found.absent == ["Lee, Cy"]


def test_moodle_gives_times_and_of_two_notebooks_the_later_counts(tmp_path):
    late, early = (2026, 11, 28, 10, 0, 0), (2026, 11, 27, 9, 0, 0)
    source = zipped(tmp_path / "course-hw4-77.zip", [
        (("Ana Ólafsdóttir_501_assignsubmission_file_/a.ipynb", late), RAW),
        (("Ana Ólafsdóttir_501_assignsubmission_file_/b.ipynb", early), b"old"),
        (("Ben Lee_502_assignsubmission_file/deep/b.ipynb", early), RAW),
        (("Ben Lee_502_assignsubmission_onlinetext/onlinetext.html", late), b"<p>"),
        (("Cy Lee_503_assignsubmission_file_Ben Lee_502_assignsubmission_file_x.ipynb", late), RAW),
    ])  # fmt: skip
    found = collect(source, roster=roster(tmp_path, MOODLE_ROSTER))
    known = {one.student: one for one in found.submissions}
    assert set(known) == {"Ana Ólafsdóttir", "Ben Lee", "Cy Lee"}
    assert known["Ana Ólafsdóttir"].raw() == RAW and known["Ana Ólafsdóttir"].time == datetime(*late)
    assert "of 2 notebooks the later counts, a.ipynb" in known["Ana Ólafsdóttir"].notes
    assert known["Ben Lee"].time == datetime(*early) and known["Ben Lee"].students[0].moodle == "502"
    assert "text typed into Moodle is not graded" in known["Ben Lee"].notes and not found.replaced
    for called in ("ben@uni.edu", "BEN", "Ben Lee", "Lee, Ben", "502", "Participant 502", known["Ben Lee"].id):
        assert meant(found.submissions, called) == known["Ben Lee"], called
    assert known["Cy Lee"].students[0].unmatched


def test_gradescope_says_who_worked_together_and_when(tmp_path):
    top = "assignment_5_export"
    source = zipped(tmp_path / "s.zip", [
        (f"{top}/submission_metadata.yml", GRADESCOPE), (f"{top}/submission_9/a.ipynb", RAW),
        (f"{top}/submission_10/b.ipynb", RAW), (f"{top}/submission_11/c.ipynb", RAW),
    ])  # fmt: skip
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(source).extractall(unpacked)
    for place in (source, unpacked):
        known = by_id(collect(place, roster=roster(tmp_path, MOODLE_ROSTER)))
        assert set(known) == {"submission_9", "submission_10", "submission_11"}
        assert known["submission_9"].student == "Ana Ólafsdóttir; Ben Lee"
        assert [student.row for student in known["submission_9"].students] == [0, 1]
        assert known["submission_9"].time == datetime(2026, 11, 28, 9, 15, 2, tzinfo=UTC)
        assert known["submission_10"].student == "Cy Lee" and known["submission_11"].student == "submission_11"


def test_a_timestamp_beside_the_notebook_counts(tmp_path):
    for name, text in {"ana": "2026-11-28 09:15:02.948203 Europe/Paris\n", "ben": "yesterday"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "04.ipynb").write_bytes(RAW)
        (tmp_path / name / "timestamp.txt").write_text(text)
    known = by_id(collect(tmp_path))
    assert known["ana"].time.astimezone(UTC) == datetime(2026, 11, 28, 8, 15, 2, tzinfo=UTC)
    assert known["ben"].time is None


def test_a_roster_finds_students_by_whatever_the_platforms_call_them(tmp_path):
    own = roster(tmp_path, "username;First name;Surname;E-mail\nal1;Ana;López;ana.l@uni.edu\nbl1;Ben;Lee;b@uni.edu\n")
    for clue in ("al1", "AL1", "Ana López", "lopez ana", "lopez_ana", "lopezana", "ana.l"):
        assert own.find([Clue("any", clue)]) == (0, ""), clue
    assert own.find([Clue("email", "b@uni.edu"), Clue("any", "Ana López")]) == (1, "")
    assert own.find([Clue("any", "=al+1")])[0] is None
    twins = roster(tmp_path, "name,id\nAna López,1\nAna Lopez,2\n")
    assert twins.find([Clue("any", "ana lopez")]) == (None, "'ana lopez' fits 2 students of the roster")
    assert twins.find([Clue("any", "ana lopez"), Clue("canvas", "2")]) == (1, "")
    for text, words in {"colour\nred\n": "has the columns colour; one of them has to name", "": "is empty"}.items():
        with pytest.raises(ValueError, match=words):
            roster(tmp_path, text)
    (tmp_path / "roster.csv").write_bytes("name\nJosé".encode("latin-1"))
    with pytest.raises(ValueError, match="save it as CSV UTF-8"):
        Roster(tmp_path / "roster.csv")


def link():
    about = zipfile.ZipInfo("link.ipynb")
    about.external_attr = (stat.S_IFLNK | 0o777) << 16
    return about


def test_what_a_zip_hides_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 2**20)
    place = tmp_path / "evil.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("../../slip.ipynb", "/root/absolute.ipynb", "C:\\drive.ipynb", "good.ipynb", "__MACOSX/._g.ipynb"):
            archive.writestr(name, RAW)
        archive.writestr(link(), "/etc/passwd")
        archive.writestr("bomb.ipynb", b"\0" * 2**21)
        archive.writestr("lzma.ipynb", RAW, zipfile.ZIP_LZMA)
    known = by_id(collect(place))
    words = {"slip": "leads out of it", "root": "leads out of it", "C:": "leads out of it", "link": "a link in a zip",
             "bomb": "larger than 1 MB", "lzma": "use a plain one", "good": ""}  # fmt: skip
    assert {name: known[name].problem for name in known}.keys() == words.keys()
    assert all(word in known[name].problem for name, word in words.items())
    assert known["good"].raw() == RAW and not (tmp_path.parent / "slip.ipynb").exists()


def test_a_bomb_that_lies_about_its_size_is_read_no_further(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 2**20)
    place = zipped(tmp_path / "lies.zip", [("a.ipynb", b"\0" * 2**22)])
    place.write_bytes(place.read_bytes().replace((2**22).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    (only,) = collect(place).submissions
    assert "is broken in the zip" in only.problem
    monkeypatch.setattr(files, "WHOLE", 50)
    with pytest.raises(ValueError, match=r"holds 1 files of .* are read"):
        collect(place)


def test_what_is_no_zip_is_said_in_one_line(tmp_path):
    for raw in (b"", b"PK", zipped(tmp_path / "x.zip", [("a.ipynb", RAW)]).read_bytes()[:-30]):
        (tmp_path / "half.zip").write_bytes(raw)
        with pytest.raises(ValueError, match="is no zip, or only a part of one"):
            collect(tmp_path / "half.zip")
    with pytest.raises(ValueError, match="the zip .* is empty"):
        collect(zipped(tmp_path / "empty.zip", []))
    (tmp_path / "in").mkdir()
    zipped(tmp_path / "in" / "s.zip", [("submission_metadata.yml", b"a: [\0")])
    with pytest.raises(ValueError, match="export the submissions from Gradescope anew"):
        collect(tmp_path / "in" / "s.zip")


def test_a_zip_is_read_as_the_folder_that_it_was(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.ipynb", RAW)
    source = zipped(tmp_path / "all.zip", [
        ("class/ana.ipynb", RAW), ("class/ben/x.ipynb", RAW), ("class/cy.zip", inner.getvalue()), ("class/dan/", b""),
    ])  # fmt: skip
    known = by_id(collect(source))
    assert set(known) == {"ana", "ben", "cy", "dan"}
    assert "has to end in .ipynb" in known["cy"].problem and "no notebook in the folder" in known["dan"].problem


def test_a_dry_run_says_who_is_there_and_grades_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "160")
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("ana_04_highway.ipynb", "[red]x\x1b[2J.ipynb"):
        (folder / name).write_bytes(RAW)
    os.symlink("/etc/passwd", folder / "link.ipynb")
    (tmp_path / "roster.csv").write_text("username\nana\nben\n")
    words = [str(folder), "--chapter", "04", "--out", str(tmp_path / "out"), "--roster", str(tmp_path / "roster.csv")]
    result = CliRunner().invoke(cli.app, ["grade", *words, "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "3 submissions, 1 of them cannot be graded, 2 students match nobody, 0 replaced by another" in result.output
    assert "1 of the roster handed in nothing: ben" in result.output
    assert "[red]x\\x1b[2J" in result.output and "\x1b[2J" not in result.output
    assert not (tmp_path / "out").exists()
    missing = CliRunner().invoke(cli.app, ["grade", *words[:-1], str(tmp_path / "none.csv"), "--dry-run"])
    assert missing.exit_code == 2 and "error: there is no file" in missing.output


def test_json_of_a_class_is_read_lazily(tmp_path):
    """What a submission holds is read when it is asked for, so that a class need not fit into memory."""
    (tmp_path / "ana.ipynb").write_bytes(RAW)
    (one,) = collect(tmp_path).submissions
    (tmp_path / "ana.ipynb").write_bytes(json.dumps({"cells": []}).encode())
    assert one.raw() != RAW
