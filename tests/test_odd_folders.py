"""Twelve folders of pictures as odd as those that people have: each loads, and says what was done, or is refused in
words.
"""

import os
import re
import unicodedata
import zipfile

import pytest
import torch
from PIL import Image, ImageDraw

from course import data
from course.data import DataError

NFC, NFD = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "root"))


def save(path, picture=None, **how):
    path.parent.mkdir(parents=True, exist_ok=True)
    (picture or half_black()).save(path, **how)


def half_black(mode="L", size=(8, 6)):
    """White, with the left half black."""
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=0)
    return picture.convert(mode)


def pets(folder, count=4, classes=("cat", "dog"), **how):
    for label in classes:
        for number in range(count):
            save(folder / label / f"{number}.png", **how)


def kaggle(folder):
    """As a public archive unpacks: each split inside a folder of its own name, and an index file."""
    for split, count in (("training_set", 4), ("test_set", 2)):
        pets(folder / split / split, count)
        (folder / split / split / "_DS_Store").write_bytes(b"\0")
    return {"counts": (8, 4), "classes": ("cat", "dog"), "notes": ["2 files passed over.*_DS_Store"]}


def camel_case(folder):
    for split, count in (("TrainImages", 4), ("val2017", 2)):
        pets(folder / "pets" / split, count)
    return {"counts": (8, 4), "notes": ["the images for validation are the ones to test with"]}


def phone(folder):
    """Held upright: the sensor's picture lies on its side, and a note says so. One is an export with a false ending."""
    for label in ("cat", "dog"):
        for number in range(5):
            picture = half_black("RGB", (8, 6))
            exif = picture.getexif()
            exif[0x0112] = 6  # turn by 90° to the right
            save(folder / label / f"IMG_{number}.jpeg", picture, exif=exif, quality=100, subsampling=0)
    (folder / "dog" / "IMG_0.jpeg").rename(folder / "dog" / "IMG_0.png")
    (folder / "dog" / "IMG_9.HEIC").write_bytes(b"....ftypheic")
    upright = (half_black("RGB", (8, 6)).transpose(Image.Transpose.ROTATE_270), 40)
    return {
        "shape": (3, 8, 6),
        "like": upright,
        "notes": [
            "10 of 10 images turned upright",
            "1 of 10 images of another kind than the ending",
            r"1 file .*\.heic",
        ],
    }


def logos(folder):
    """Black on nothing: what is transparent is white, not the black that lies below it."""
    pets(folder)
    for label in ("cat", "dog"):
        for number in range(4):
            logo = Image.new("RGBA", (8, 6), (0, 0, 0, 0))
            ImageDraw.Draw(logo).rectangle((0, 0, 3, 6), fill=(0, 0, 0, 255))
            save(folder / label / f"{number}.png", logo)
    return {"shape": (3, 6, 8), "like": (half_black("RGB"), 0), "notes": ["8 of 8 images transparent in places"]}


def microscope(folder):
    """Twelve bits in sixteen: the upper eight would be black."""
    for label in ("cat", "dog"):
        for number in range(3):
            save(folder / label / f"{number}.tif", Image.new("I;16", (8, 6), 4000 + number))
    return {"refused": r"sixteen-bit images end at 4,002 of 65,535.*save the images with 8 bits"}


def animals_by_breed(folder):
    for label in ("cat/persian", "cat/siamese", "dog/poodle"):
        pets(folder, classes=(label,))
    return {"refused": "cat/persian/0.png lies deeper than one class level; the classes would be cat, dog. Put"}


def mac_and_linux(folder):
    """One half was unpacked on a Mac, which writes é as two characters."""
    pets(folder / "train", classes=(NFD, "dog"))
    pets(folder / "test", classes=(NFC, "dog"))
    return {"classes": (NFC, "dog"), "counts": (8, 8)}


def windows_zip(folder):
    with zipfile.ZipFile(f"{folder}.zip", "w") as archive:
        for label in ("cat", "dog"):
            for number in range(4):
                save(folder.parent / "one.png")
                archive.writestr(
                    zipfile.ZipInfo(f"pets\\{label}\\{number}.png"), (folder.parent / "one.png").read_bytes()
                )
    return {"classes": ("cat", "dog"), "counts": (6, 2), "path": f"{folder}.zip"}


def a_pipe(folder):
    pets(folder)
    os.mkfifo(folder / "cat" / "zz.png")
    return {"refused": "cat/zz.png is no image that can be read .*a pipe, a socket or a device"}


def scans(folder):
    """Grey among colour, other sizes and shapes, a fax of two pages, a blank page."""
    pets(folder, 5, picture=half_black("RGB"))
    save(folder / "cat" / "1.png", half_black("L", (16, 12)))
    save(folder / "cat" / "2.png", half_black("RGB", (20, 6)))
    save(folder / "dog" / "3.tif", half_black("1"), save_all=True, append_images=[half_black("1")])
    save(folder / "dog" / "4.png", Image.new("RGB", (8, 6), "white"))
    return {
        "shape": (3, 6, 8),
        "notes": [
            "1 of 11 images with several frames or pages: the first was taken", "1 of 11 images resized to 8×6",
            "1 of 11 images of another shape, and stretched to 8×6", "1 of 11 images of a single colour throughout",
            "2 of 11 images grey among colour images", "a fifth of each class was held out",
        ],
    }  # fmt: skip


def old_encoding(folder):
    """Names written by a system of the last century: bytes that are no UTF-8."""
    pets(folder, classes=("dog", "f\udce9t\udce9"))
    return {"classes": ("dog", "f\udce9t\udce9")}


def segmentation(folder):
    """Pictures and their masks side by side, three levels deep."""
    for part in ("images", "masks"):
        pets(folder / part)
    return {"refused": "the classes would be images, masks"}


FOLDERS = [
    kaggle, camel_case, phone, logos, microscope, animals_by_breed, mac_and_linux, windows_zip, a_pipe, scans,
    old_encoding, segmentation,
]  # fmt: skip


@pytest.mark.parametrize("make", FOLDERS, ids=lambda make: make.__name__)
def test_a_folder_that_people_have_loads_and_says_what_was_done_or_is_refused_in_words(tmp_path, make):
    expected = make(tmp_path / "mine")
    path = expected.get("path", tmp_path / "mine")
    if "refused" in expected:
        with pytest.raises(DataError, match=expected["refused"]):
            data.load(path, device="cpu")
        return
    mine, again = data.load(path, device="cpu"), data.load(path, device="cpu")
    assert again.notes == mine.notes and again.digest == mine.digest, "the cache keeps what is said"
    said = "\n".join(mine.description())
    assert said.startswith("mine: ") and all(label in said for label in mine.classes)
    for words in expected.get("notes", []):
        assert any(re.search(words, note) for note in mine.notes), (words, mine.notes)
    assert mine.classes == expected.get("classes", ("cat", "dog"))
    assert mine.shape == expected.get("shape", mine.shape)
    assert (len(mine.train), len(mine.test)) == expected.get("counts", (len(mine.train), len(mine.test)))
    if "like" in expected:
        picture, tolerance = expected["like"]
        right = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
        right = right.view(picture.height, picture.width, 3).permute(2, 0, 1).int()
        assert ((mine.train.images.int() - right).abs() <= tolerance).all()


def test_a_copy_that_keeps_the_time_and_the_size_is_not_taken_for_the_old_picture(tmp_path):
    pets(tmp_path / "mine", 5)
    before = data.load(tmp_path / "mine", device="cpu")
    for file in sorted((tmp_path / "mine" / "cat").iterdir()):
        about = file.stat()
        half_black().transpose(Image.Transpose.ROTATE_180).save(file)
        assert file.stat().st_size == about.st_size
        os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert data.load(tmp_path / "mine", device="cpu").digest != before.digest


def test_a_named_set_that_is_damaged_by_a_pipe_is_no_endless_wait(tmp_path):
    (tmp_path / "root" / "MNIST" / "raw").mkdir(parents=True)
    os.mkfifo(tmp_path / "root" / "MNIST" / "raw" / "train-images-idx3-ubyte")
    with pytest.raises(DataError, match="train-images-idx3-ubyte is damaged"):
        data.load("mnist", device="cpu")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([1, 2, 3], "run from 1 to 3, but it has 3 classes: they must lie in 0 to 2; subtract 1"),
        ([0, 1, 255], "run from 0 to 255, but it has 3 classes"),
        ([0.0, 1.0, 2.0], "labels of mine are torch.float32, they must be torch.int64"),
        ([0, 1], r"images of shape \(3, 1, 8, 8\) and labels of shape \(2,\)"),
    ],
)
def test_labels_that_are_none_are_refused_in_the_words_of_the_data(labels, words):
    images = torch.zeros(3, 1, 8, 8, dtype=torch.uint8)
    split = data.Split(images, torch.tensor(labels), torch.zeros(1, 1, 1), torch.ones(1, 1, 1))
    with pytest.raises(ValueError, match=words):
        data.Dataset("mine", ("a", "b", "c"), split, split)
