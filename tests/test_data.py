"""Data sets: batches, splits, downloads, folders of images, and every way in which files can be broken."""

import gzip
import hashlib
import http.server
import os
import pickle
import struct
import tarfile
import threading
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image

from course import data
from course.data import DataError, cache, downloads


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "root"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", device="cpu")


# the digits, batches, splits


def test_the_embedded_digits_are_scikit_learns(digits):
    from sklearn.datasets import load_digits

    theirs = load_digits()
    rows = sorted((int(y), *map(int, x)) for x, y in zip(theirs.data, theirs.target, strict=True))
    ours = [
        (int(y), *x.flatten().tolist())
        for split in (digits.train, digits.test)
        for x, y in zip(split.images, split.y, strict=True)
    ]
    assert sorted(ours) == rows
    assert (len(digits.train), len(digits.test)) == (1437, 360)


def test_the_digits_are_normalised_by_a_mean_per_pixel_and_one_standard_deviation(digits):
    x = digits.train.x
    assert x.shape == (1437, 1, 8, 8) and x.dtype == torch.float32
    assert x.mean(0).abs().max() < 1e-5 and x.square().mean().sqrt().item() == pytest.approx(1, abs=1e-5)
    assert digits.train.std.numel() == 1 and digits.train.mean.shape == (1, 8, 8)
    assert torch.equal(digits.test.mean, digits.train.mean), "the test images have no say in it"


def test_indexing_a_split_gives_normalised_images_and_labels(digits):
    x, y = digits.train[:64]
    assert x.shape == (64, 1, 8, 8) and torch.equal(x, digits.train.x[:64]) and torch.equal(y, digits.train.y[:64])
    assert digits.shape == (1, 8, 8) and digits.inputs == 64 and len(digits.classes) == 10


def test_an_epoch_shows_each_image_once_in_the_generators_order_without_the_smaller_last_batch(digits):
    def epoch(seed):
        return list(digits.batches("train", 64, torch.Generator().manual_seed(seed)))

    one, again, other = epoch(0), epoch(0), epoch(1)
    assert len(one) == 22 and all(len(y) == 64 for _, y in one)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(one, again, strict=True))
    assert not all(torch.equal(a[1], b[1]) for a, b in zip(one, other, strict=True))
    everything = torch.cat([x.flatten(1) for x, _ in digits.batches("train", 1437)])
    assert torch.equal(everything.sort(0).values, digits.train.x.flatten(1).sort(0).values)


@pytest.mark.parametrize("size", [0, 1438])
def test_a_batch_size_that_does_not_fit_is_refused_with_the_range(digits, size):
    with pytest.raises(ValueError, match=f"batch size must be 1 to 1437.*got {size}"):
        digits.batches("train", size)


def test_a_validation_split_is_seeded_disjoint_and_only_there_on_request(digits):
    with pytest.raises(ValueError, match="no validation split yet"):
        _ = digits.valid
    held = digits.with_validation(0.1, seed=1)
    assert len(held.valid) == 144 and len(held.train) == 1437 - 144
    assert torch.equal(held.valid.y, digits.with_validation(0.1, seed=1).valid.y)
    assert not torch.equal(held.valid.images, digits.with_validation(0.1, seed=2).valid.images)
    both = torch.cat([held.valid.images, held.train.images]).flatten(1)
    assert torch.equal(both.sum(1).sort().values, digits.train.images.flatten(1).sum(1).sort().values)
    assert len(data.load("digits", valid=0.2).valid) == 287
    with pytest.raises(ValueError, match="between 0 and 1"):
        digits.with_validation(1.0)


def test_a_subset_is_seeded_and_keeps_the_constants(digits):
    some = digits.subset(100)
    assert (len(some.train), len(some.test)) == (100, 20)
    assert torch.equal(some.train.images, digits.subset(100).train.images)
    assert torch.equal(some.train.mean, digits.train.mean)
    assert len(digits.subset(5000).train) == 1437
    assert len(data.load("digits", subset=50).train) == 50 and len(data.load("digits", subset="all").train) == 1437
    with pytest.raises(ValueError, match="at least 1 training image"):
        data.load("digits", subset=0)


def test_a_data_set_moves_to_a_device_with_all_its_parts(digits):
    moved = digits.with_validation().to("meta")
    tensors = [getattr(s, f) for s in (moved.train, moved.test, moved.valid) for f in ("images", "y", "mean", "std")]
    assert {t.device.type for t in tensors} == {"meta"} and moved.device.type == "meta"


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no data set or folder 'imagenet'; use digits, mnist, .* or a folder or zip"):
        data.load("imagenet")


# torchvision's sets, from files made here


def idx(array):
    head = struct.pack(f">BBBB{array.dim()}I", 0, 0, 8, array.dim(), *array.shape)
    return head + bytes(array.flatten().tolist())


def mnist_files(count=30):
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (count + 10, 28, 28), generator=generator)
    labels = torch.arange(count + 10) % 10
    parts = {"train": slice(0, count), "t10k": slice(count, None)}
    return {
        f"{name}-{kind}-ubyte": idx(tensor[part])
        for name, part in parts.items()
        for kind, tensor in (("images-idx3", images), ("labels-idx1", labels))
    }


def write_mnist(root, files=None):
    folder = Path(root) / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in (files or mnist_files()).items():
        (folder / name).write_bytes(content)
    return folder


def test_mnist_is_converted_once_from_torchvisions_files_and_mapped_afterwards(tmp_path, monkeypatch):
    write_mnist(tmp_path)
    first = data.load("mnist", root=tmp_path, device="cpu")
    assert first.shape == (1, 28, 28) and (len(first.train), len(first.test)) == (30, 10)
    assert first.classes == tuple("0123456789")
    assert first.train.x.mean().abs() < 1e-4 and first.train.x.std().item() == pytest.approx(1, abs=1e-3)
    monkeypatch.setattr(downloads, "_convert", None)
    again = data.load("mnist", root=tmp_path, device="cpu")
    assert torch.equal(again.train.images, first.train.images) and torch.equal(again.test.y, first.test.y)
    assert again.classes == first.classes


def test_a_cache_of_another_version_or_a_torn_one_is_made_anew(tmp_path, monkeypatch):
    write_mnist(tmp_path)
    whole = data.load("mnist", root=tmp_path, device="cpu")
    file = cache.file_for(tmp_path, "mnist")
    file.write_bytes(file.read_bytes()[:5000])
    assert torch.equal(data.load("mnist", root=tmp_path, device="cpu").train.images, whole.train.images)
    monkeypatch.setattr(cache, "FORMAT", "2")
    assert cache.read(file) is None
    assert torch.equal(data.load("mnist", root=tmp_path, device="cpu").train.images, whole.train.images)
    assert cache.read(file) is not None


def test_a_write_that_breaks_leaves_no_half_written_cache(tmp_path, monkeypatch):
    write_mnist(tmp_path)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        data.load("mnist", root=tmp_path, device="cpu")
    monkeypatch.undo()
    assert not list((tmp_path / "course").iterdir())
    assert len(data.load("mnist", root=tmp_path, device="cpu").train) == 30


def test_a_root_that_cannot_be_written_is_read_and_cached_elsewhere(tmp_path, monkeypatch):
    write_mnist(tmp_path / "shared")
    monkeypatch.setattr(cache, "_writable", lambda root: False)
    data.load("mnist", root=tmp_path / "shared", device="cpu")
    assert not (tmp_path / "shared" / "course").exists()
    assert list((tmp_path / "cache").rglob("mnist-*.safetensors"))


@pytest.mark.parametrize("cut", [0, 3, 10, 1000])
def test_a_truncated_mnist_file_is_named_with_the_way_out(tmp_path, cut):
    folder = write_mnist(tmp_path)
    file = folder / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte is damaged or cut short.*delete it and load again"):
        data.load("mnist", root=tmp_path, device="cpu")


def test_without_a_network_the_error_names_file_mirrors_folder_and_the_digits(tmp_path, monkeypatch):
    from torchvision import datasets

    mirrors = ["http://127.0.0.1:9/first/", "http://127.0.0.1:9/second/"]
    monkeypatch.setattr(datasets.MNIST, "mirrors", mirrors)
    with pytest.raises(DataError) as caught:
        data.load("mnist", root=tmp_path, device="cpu")
    words = str(caught.value)
    for part in (
        *mirrors,
        "train-images-idx3-ubyte.gz",
        str(tmp_path / "MNIST" / "raw"),
        "digits, which needs no network",
    ):
        assert part in words
    monkeypatch.setattr(datasets.CIFAR10, "url", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    with pytest.raises(
        DataError, match=r"Tried http://127.0.0.1:9/cifar-10-python.tar.gz. Put cifar-10-python.tar.gz into"
    ):
        data.load("cifar10", root=tmp_path, device="cpu")
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_mnist_is_downloaded_from_the_mirror_that_answers_and_a_corrupt_file_is_not_taken(
    tmp_path, server, monkeypatch
):
    from torchvision import datasets

    folder, url = server
    packed = {f"{name}.gz": gzip.compress(content) for name, content in mnist_files().items()}
    for name, content in packed.items():
        (folder / name).write_bytes(content)
    monkeypatch.setattr(datasets.MNIST, "resources", [(name, md5(content)) for name, content in packed.items()])
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/", url])
    bad = folder / "t10k-images-idx3-ubyte.gz"
    good = bad.read_bytes()
    bad.write_bytes(good[:-20])
    with pytest.raises(DataError, match="could not be downloaded"):
        data.load("mnist", root=tmp_path / "root", device="cpu")
    bad.write_bytes(good)
    assert len(data.load("mnist", root=tmp_path / "root", device="cpu").train) == 30


def test_cifar_is_downloaded_checked_and_converted(tmp_path, server, monkeypatch):
    from torchvision import datasets

    folder, url = server
    generator = torch.Generator().manual_seed(0)
    batches = {}
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        pixels = torch.randint(256, (20, 3072), dtype=torch.uint8, generator=generator).numpy()
        batches[name] = pickle.dumps({"data": pixels, "labels": [i % 10 for i in range(20)]})
    batches["batches.meta"] = pickle.dumps({"label_names": [f"class {i}" for i in range(10)]})
    with tarfile.open(folder / "cifar-10-python.tar.gz", "w:gz") as archive:
        for name, content in batches.items():
            (tmp_path / name).write_bytes(content)
            archive.add(tmp_path / name, f"cifar-10-batches-py/{name}")
    kind = datasets.CIFAR10
    monkeypatch.setattr(kind, "url", url + "cifar-10-python.tar.gz")
    monkeypatch.setattr(kind, "tgz_md5", md5((folder / "cifar-10-python.tar.gz").read_bytes()))
    monkeypatch.setattr(kind, "train_list", [[n, md5(c)] for n, c in batches.items() if n.startswith("data")])
    monkeypatch.setattr(kind, "test_list", [["test_batch", md5(batches["test_batch"])]])
    monkeypatch.setattr(kind, "meta", kind.meta | {"md5": md5(batches["batches.meta"])})
    cifar = data.load("cifar10", root=tmp_path / "root", device="cpu")
    assert cifar.shape == (3, 32, 32) and (len(cifar.train), len(cifar.test)) == (100, 20)
    assert cifar.classes[3] == "class 3"
    stored = pickle.loads(batches["data_batch_2"])
    assert torch.equal(cifar.train.images[20].flatten(), torch.from_numpy(stored["data"][0]))


# folders and zips of images


def picture(path, seed=0, size=(12, 10), mode="RGB"):
    pixels = torch.randint(256, (size[1], size[0], 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.numpy()).convert(mode).save(path)
    return pixels


def folder_of(path, classes=("cat", "dog"), count=10, **how):
    for c, label in enumerate(classes):
        for i in range(count):
            picture(path / label / f"{i:02}.png", seed=100 * c + i, **how)
    return path


def load(path, **how):
    return data.load(path, device="cpu", **how)


def test_a_folder_of_class_folders_is_split_by_a_seed_and_its_pixels_are_kept(tmp_path):
    mine = load(folder_of(tmp_path / "pets"))
    assert mine.name == "pets" and mine.classes == ("cat", "dog") and mine.shape == (3, 10, 12)
    assert (len(mine.train), len(mine.test)) == (16, 4)
    assert mine.train.y.bincount().tolist() == [8, 8] and mine.test.y.bincount().tolist() == [2, 2]
    pixels = {tuple(picture(tmp_path / "x.png", seed).flatten().tolist()) for seed in (*range(10), *range(100, 110))}
    found = torch.cat([mine.train.images, mine.test.images]).permute(0, 2, 3, 1)
    assert {tuple(image.flatten().tolist()) for image in found} == pixels


def test_train_and_test_folders_and_a_zip_around_them_are_understood(tmp_path):
    for split, count in (("train", 6), ("val", 3)):
        folder_of(tmp_path / "wrapped" / "animals" / split, count=count)
    mine = load(tmp_path / "wrapped")
    assert (len(mine.train), len(mine.test)) == (12, 6)
    with zipfile.ZipFile(tmp_path / "animals.zip", "w") as archive:
        for file in sorted((tmp_path / "wrapped").rglob("*.png")):
            archive.write(file, file.relative_to(tmp_path / "wrapped"))
        archive.writestr("__MACOSX/animals/train/cat/._00.png", b"junk")
    zipped = load(tmp_path / "animals.zip")
    assert torch.equal(zipped.train.images, mine.train.images) and torch.equal(zipped.test.y, mine.test.y)
    assert data.count(tmp_path / "animals.zip") == data.count(tmp_path / "wrapped") == 12


def test_images_of_other_sizes_are_brought_to_the_first_ones_at_most_64_pixels(tmp_path):
    folder_of(tmp_path / "pets", size=(300, 150), count=4)
    picture(tmp_path / "pets" / "dog" / "odd.jpg", size=(40, 40))
    assert load(tmp_path / "pets").shape == (3, 32, 64)


def test_grey_images_have_one_channel_and_mixed_ones_three(tmp_path):
    folder_of(tmp_path / "grey", mode="L")
    assert load(tmp_path / "grey").shape[0] == 1
    picture(tmp_path / "grey" / "dog" / "colour.png")
    mixed = load(tmp_path / "grey")
    assert mixed.shape[0] == 3 and mixed.train.images.shape[1] == mixed.test.images.shape[1] == 3


def test_only_the_images_of_a_subset_are_decoded(tmp_path):
    folder_of(tmp_path / "pets", count=50)
    before = {p: p.read_bytes() for p in (tmp_path / "pets").rglob("*.png")}
    whole = load(tmp_path / "pets")
    some = load(tmp_path / "pets", subset=10)
    assert (len(some.train), len(some.test)) == (10, 2)
    assert torch.equal(some.train.images, whole.subset(10).train.images)
    chosen = {tuple(image.flatten().tolist()) for image in torch.cat([some.train.images, some.test.images])}
    for path in before:
        with Image.open(path) as image:
            pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(10, 12, 3).permute(2, 0, 1)
        if tuple(pixels.flatten().tolist()) not in chosen:
            path.write_bytes(b"not decoded, so not noticed")
    cache.file_for(cache.default_root(), "x").parent.rename(tmp_path / "forgotten")
    assert torch.equal(load(tmp_path / "pets", subset=10).train.images, some.train.images)


def test_a_folder_is_decoded_once_and_again_when_it_changes(tmp_path, monkeypatch):
    from course.data import images

    folder_of(tmp_path / "pets")
    decoded = []
    pixels = images._pixels
    monkeypatch.setattr(images, "_pixels", lambda *a: decoded.append(a[1]) or pixels(*a))
    load(tmp_path / "pets")
    count = len(decoded)
    load(tmp_path / "pets")
    assert len(decoded) == count
    picture(tmp_path / "pets" / "cat" / "new.png", seed=7)
    load(tmp_path / "pets")
    assert len(decoded) > count


def corrupt(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 20)


def truncated(path):
    path.write_bytes(path.read_bytes()[:200])


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [corrupt, truncated, empty])
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_an_image_that_cannot_be_read_is_named(tmp_path, harm, zipped):
    source = folder_of(tmp_path / "pets")
    harm(source / "dog" / "07.png")
    if zipped:
        with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
            for file in source.rglob("*.png"):
                archive.write(file, file.relative_to(source))
        source = tmp_path / "pets.zip"
    with pytest.raises(DataError, match=r"dog/07.png is no image that can be read.*repair or remove it"):
        load(source)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_a_picture_beyond_all_measure_is_refused(tmp_path, monkeypatch):
    from course.data import images

    folder_of(tmp_path / "pets")
    monkeypatch.setattr(images, "MOST_PIXELS", 100)
    with pytest.raises(DataError, match="12 x 10 pixels are too many"):
        load(tmp_path / "pets")


def one_class(path):
    folder_of(path, classes=("cat",))


def no_images(path):
    (path / "cat").mkdir(parents=True)
    (path / "cat" / "notes.txt").write_text("meow")


def no_class_folders(path):
    picture(path / "a.png")


def an_empty_class(path):
    folder_of(path)
    (path / "bird").mkdir()


def other_classes_in_test(path):
    folder_of(path / "train")
    folder_of(path / "test", classes=("cat", "fish"))


def only_for_testing(path):
    folder_of(path / "test")
    folder_of(path / "val")


def single_images(path):
    folder_of(path, count=1)


def two_layouts(path):
    folder_of(path / "train")
    folder_of(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (one_class, "has the single class 'cat'; classification needs at least two"),
        (no_images, "holds no images .*: give a folder of class folders"),
        (no_class_folders, "a.png lies in no class folder"),
        (an_empty_class, "the class folder bird/ holds no images; fill it or remove it"),
        (other_classes_in_test, "only one of them has dog, fish"),
        (only_for_testing, "has a test folder but no train folder"),
        (single_images, "every class has a single image"),
        (two_layouts, "both inside and beside train and test"),
    ],
)
def test_a_folder_that_is_no_data_set_is_refused_with_the_reason(tmp_path, make, words):
    make(tmp_path / "mine")
    with pytest.raises(DataError, match=words):
        load(tmp_path / "mine")


@pytest.mark.parametrize("content", [b"", b"this is no zip", None], ids=["empty", "text", "cut"])
def test_a_zip_that_is_none_is_refused(tmp_path, content):
    if content is None:
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("cat/a.png", b"x" * 1000)
        content = (tmp_path / "x.zip").read_bytes()[:-30]
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(DataError, match=r"x.zip is no zip file, or it is cut short"):
        load(tmp_path / "x.zip")


def test_real_mnist_is_all_there():
    root = os.environ.get("COURSE_TEST_DATA")
    if not root:
        pytest.skip("needs COURSE_TEST_DATA, a folder with torchvision's MNIST/raw")
    mnist = data.load("mnist", root=root, device="cpu")
    assert (len(mnist.train), len(mnist.test)) == (60_000, 10_000)
    assert (mnist.train.mean / 255).item() == pytest.approx(0.1307, abs=1e-4)
    began = time.perf_counter()
    data.load("mnist", root=root, device="cpu")
    assert time.perf_counter() - began < 1
