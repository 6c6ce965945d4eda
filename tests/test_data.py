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
import zlib
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image

from course import data, networks, papers
from course.data import DataError, cache, downloads, sources


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
    for wrong in (0, -5, "some"):
        with pytest.raises(ValueError, match=f"at least 1 training image, or 'all'; got {wrong!r}"):
            data.load("digits", subset=wrong)
    with pytest.raises(ValueError, match="at least 1 training image, got 0"):
        digits.subset(0)


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


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_write_that_breaks_leaves_no_half_written_cache(tmp_path, monkeypatch):
    write_mnist(tmp_path)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        data.load("mnist", root=tmp_path, device="cpu")
    monkeypatch.undo()
    assert not list((tmp_path / "course").iterdir())
    assert len(data.load("mnist", root=tmp_path, device="cpu").train) == 30


def test_a_root_that_is_read_only_is_read_and_cached_elsewhere_apart_from_other_roots(tmp_path, monkeypatch):
    for name, count in (("shared", 30), ("other", 20)):
        write_mnist(tmp_path / name, mnist_files(count))
        (tmp_path / name).chmod(0o555)
        assert len(data.load("mnist", root=tmp_path / name, device="cpu").train) == count
        assert not (tmp_path / name / "course").exists()
    assert len(list((tmp_path / "cache").rglob("mnist-*.safetensors"))) == 2
    monkeypatch.setattr(downloads, "_convert", None)
    assert len(data.load("mnist", root=tmp_path / "shared", device="cpu").train) == 30


def test_a_converted_file_in_a_read_only_root_is_used(tmp_path, monkeypatch):
    write_mnist(tmp_path / "shared")
    data.load("mnist", root=tmp_path / "shared", device="cpu")
    (tmp_path / "shared").chmod(0o555)
    monkeypatch.setattr(downloads, "_convert", None)
    assert len(data.load("mnist", root=tmp_path / "shared", device="cpu").train) == 30


def test_a_cache_that_cannot_be_written_costs_time_and_a_warning_only(tmp_path):
    write_mnist(tmp_path)
    (tmp_path / "course").write_text("a file where the folder should be")
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"mnist.safetensors cannot be written .*root=.* or \$COURSE_DATA"):
            assert len(data.load("mnist", root=tmp_path, device="cpu").train) == 30


@pytest.mark.parametrize("cut", [0, 3, 10, 1000])
def test_a_truncated_mnist_file_is_named_with_the_way_out(tmp_path, cut):
    folder = write_mnist(tmp_path)
    file = folder / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte is damaged, cut short.*delete it and load again"):
        data.load("mnist", root=tmp_path, device="cpu")


def test_an_mnist_file_that_cannot_be_read_is_named(tmp_path):
    folder = write_mnist(tmp_path)
    (folder / "t10k-labels-idx1-ubyte").unlink()
    (folder / "t10k-labels-idx1-ubyte").mkdir()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte is damaged, cut short or not readable"):
        data.load("mnist", root=tmp_path, device="cpu")


def test_images_and_labels_that_do_not_belong_together_are_refused(tmp_path):
    files, name = mnist_files(), "train-labels-idx1-ubyte"
    for harm, labels in enumerate([mnist_files(20)[name], idx(torch.full((30,), 57))]):
        folder = write_mnist(tmp_path / str(harm), files | {name: labels})
        with pytest.raises(DataError, match=f"images and labels in {folder} do not belong together; delete them"):
            data.load("mnist", root=tmp_path / str(harm), device="cpu")


def test_files_that_torchvision_cannot_read_are_no_stack_trace_of_its(tmp_path):
    files = mnist_files()
    swapped = files | {"train-images-idx3-ubyte": files["train-labels-idx1-ubyte"]}
    folder = write_mnist(tmp_path, swapped)
    with pytest.raises(DataError, match=f"the files in {folder} cannot be read .*delete them and load again") as caught:
        data.load("mnist", root=tmp_path, device="cpu")
    assert caught.value.__suppress_context__


def test_files_put_in_by_hand_need_no_network(tmp_path, monkeypatch):
    from torchvision import datasets

    packed = {f"{name}.gz": gzip.compress(content) for name, content in mnist_files().items()}
    write_mnist(tmp_path, packed)
    monkeypatch.setattr(datasets.MNIST, "resources", [(name, md5(content)) for name, content in packed.items()])
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    assert len(data.load("mnist", root=tmp_path, device="cpu").train) == 30


def test_an_interrupted_download_leaves_nothing_that_the_next_one_takes_for_whole(tmp_path, monkeypatch):
    from torchvision import datasets

    def download(self):
        folder = write_mnist(tmp_path)
        (folder / "t10k-images-idx3-ubyte").write_bytes(mnist_files()["t10k-images-idx3-ubyte"][:500])
        raise KeyboardInterrupt

    monkeypatch.setattr(datasets.MNIST, "download", download)
    with pytest.raises(KeyboardInterrupt):
        data.load("mnist", root=tmp_path, device="cpu")
    left = sorted(file.name for file in (tmp_path / "MNIST" / "raw").iterdir())
    assert left == ["t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"]


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
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True)
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
    with zipfile.ZipFile(zip_of(tmp_path / "wrapped"), "a") as archive:
        archive.writestr("__MACOSX/animals/train/cat/._00.png", b"junk")
    zipped = load(tmp_path / "wrapped.zip")
    assert torch.equal(zipped.train.images, mine.train.images) and torch.equal(zipped.test.y, mine.test.y)
    assert data.count_images(tmp_path / "wrapped.zip") == data.count_images(tmp_path / "wrapped") == 12


def test_val_is_for_testing_only_where_there_is_no_test(tmp_path):
    for split, count in (("train", 6), ("test", 2), ("val", 4)):
        folder_of(tmp_path / "pets" / split, count=count)
    assert (len(load(tmp_path / "pets").train), len(load(tmp_path / "pets").test)) == (12, 4)


def test_linked_class_folders_are_followed(tmp_path):
    folder_of(tmp_path / "store")
    (tmp_path / "pets").mkdir()
    for label in ("cat", "dog"):
        (tmp_path / "pets" / label).symlink_to(tmp_path / "store" / label)
    assert len(load(tmp_path / "pets").train) == 16


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


def test_sixteen_bits_keep_their_upper_eight(tmp_path):
    folder_of(tmp_path / "deep", mode="L")
    values = torch.arange(120, dtype=torch.int32) * 550
    Image.fromarray(values.view(10, 12).numpy().astype("uint16")).save(tmp_path / "deep" / "cat" / "00.png")
    mine = load(tmp_path / "deep")
    found = torch.cat([mine.train.images, mine.test.images]).flatten(1)
    assert (found == (values // 256).to(torch.uint8)).all(1).sum() == 1


def test_floating_point_pixels_without_a_range_are_refused(tmp_path):
    folder_of(tmp_path / "float")
    Image.new("F", (12, 10), 0.5).save(tmp_path / "float" / "cat" / "00.tif")
    with pytest.raises(DataError, match=r"cat/00.tif is no image .*range is unknown: save it with 8 bits"):
        load(tmp_path / "float")


def test_only_the_images_of_a_subset_are_decoded(tmp_path, monkeypatch):
    from course.data import pictures

    folder_of(tmp_path / "pets", count=50)
    whole = load(tmp_path / "pets")
    decoded = []
    read = pictures.read
    monkeypatch.setattr(pictures, "read", lambda *a: decoded.append(a[1]) or read(*a))
    some = load(tmp_path / "pets", subset=10)
    assert (len(some.train), len(some.test)) == (10, 2)
    assert torch.equal(some.train.images, whole.subset(10).train.images)
    assert torch.equal(some.test.y, whole.subset(10).test.y)
    assert len(decoded) == 13 and decoded[0] == "cat/00.png", "the first of all, for the size, and the twelve"


def test_a_folder_is_decoded_once_and_again_when_it_changes(tmp_path, monkeypatch):
    from course.data import pictures

    folder_of(tmp_path / "pets")
    decoded = []
    read = pictures.read
    monkeypatch.setattr(pictures, "read", lambda *a: decoded.append(a[1]) or read(*a))
    load(tmp_path / "pets")
    count = len(decoded)
    load(tmp_path / "pets")
    assert len(decoded) == count
    picture(tmp_path / "pets" / "cat" / "new.png", seed=7)
    assert len(load(tmp_path / "pets").train) == 17
    assert len(decoded) > count
    assert len(list(tmp_path.rglob("pets-*.safetensors"))) == 1, "the new cache takes the old one's place"


def test_a_cached_zip_is_not_even_opened_and_says_nothing(tmp_path, monkeypatch, capfd):
    load(zip_of(folder_of(tmp_path / "pets")))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert len(load(tmp_path / "pets.zip").train) == 16
    assert capfd.readouterr() == ("", "")


def test_reading_images_that_is_interrupted_leaves_no_cache_and_can_be_repeated(tmp_path, monkeypatch):
    from course.data import pictures

    folder_of(tmp_path / "pets")
    for where in ((pictures, "_eight_bits"), (os, "fsync")):
        with monkeypatch.context() as patch:
            patch.setattr(*where, interrupted)
            with pytest.raises(KeyboardInterrupt):
                load(tmp_path / "pets")
        assert not [file for file in (tmp_path / "root").rglob("*") if file.is_file()]
    assert len(load(tmp_path / "pets").train) == 16


def zip_of(folder, **how):
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", **how) as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder))
    return folder.with_suffix(".zip")


def corrupt(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 20)


def truncated(path):
    path.write_bytes(path.read_bytes()[:200])


def empty(path):
    path.write_bytes(b"")


def nowhere(path):
    path.unlink()
    path.symlink_to("nowhere.png")


@pytest.mark.parametrize("harm", [corrupt, truncated, empty])
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_an_image_that_cannot_be_read_is_named(tmp_path, harm, zipped):
    source = folder_of(tmp_path / "pets")
    harm(source / "dog" / "07.png")
    if zipped:
        source = zip_of(source)
    with pytest.raises(DataError, match=r"dog/07.png is no image that can be read.*repair or remove it") as caught:
        load(source)
    assert caught.value.__suppress_context__, "no stack trace of PIL's"
    assert not list(tmp_path.rglob("*.safetensors"))


def test_an_image_that_cannot_be_opened_is_named(tmp_path):
    nowhere(folder_of(tmp_path / "pets") / "dog" / "07.png")
    with pytest.raises(DataError, match=r"dog/07.png is no image that can be read .*No such file.*repair or remove it"):
        load(tmp_path / "pets")


def test_a_folder_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    folder_of(tmp_path / "pets")
    scandir = os.scandir

    def locked(folder):  # a locked folder is open to root, who may be running this test
        if str(folder).endswith("dog"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", locked)
    with pytest.raises(DataError, match=r"dog/ cannot be opened \(Permission denied\); give it read permission"):
        load(tmp_path / "pets")


def test_a_zip_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    file = zip_of(folder_of(tmp_path / "pets"))

    def locked(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(zipfile, "ZipFile", locked)
    with pytest.raises(DataError, match=r"pets.zip cannot be opened \(Permission denied\); give it read permission"):
        load(file)


def test_a_zip_member_with_a_wrong_checksum_is_named(tmp_path):
    file = zip_of(folder_of(tmp_path / "pets"))
    content = bytearray(file.read_bytes())
    content[content.index((tmp_path / "pets/dog/07.png").read_bytes()) + 100] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"pets.zip: dog/07.png is no image that can be read \(Bad CRC-32"):
        load(file)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    folder_of(tmp_path / "pets")
    for side in (10_000, 100_000):  # the first is too large for us, the second for PIL
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
        (tmp_path / "pets" / "dog" / "07.png").write_bytes(bomb)
        with pytest.raises(DataError, match=r"dog/07.png is no image that can be read .*pixels"):
            load(tmp_path / "pets")


def test_a_file_of_too_many_bytes_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    folder_of(tmp_path / "pets")
    (tmp_path / "pets" / "dog" / "07.png").write_bytes(bytes(100_000))
    file = zip_of(tmp_path / "pets", compression=zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(sources, "MOST_BYTES", 50_000)
    for source in (file, tmp_path / "pets"):
        with pytest.raises(DataError, match=r"dog/07.png is no image .*100,000 bytes are too many for a picture"):
            load(source)


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


def an_empty_test_folder(path):
    folder_of(path / "train")
    (path / "test").mkdir()


def a_link_that_leads_back(path):
    folder_of(path)
    (path / "cat" / "again").symlink_to(path)


def two_layouts(path):
    folder_of(path / "train")
    folder_of(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (one_class, "has the single class 'cat'; classification needs at least two"),
        (no_images, "holds no images .*: give a folder, or a zip, of class folders"),
        (no_class_folders, "a.png lies in no class folder"),
        (an_empty_class, "the folder bird/ holds no images; fill it or remove it"),
        (other_classes_in_test, "only one of them has dog, fish"),
        (only_for_testing, "has a test folder but no train folder"),
        (single_images, "mine: every class has a single image"),
        (an_empty_test_folder, "the folder test/ holds no images; fill it or remove it"),
        (a_link_that_leads_back, "is there a link that leads back"),
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
    with pytest.raises(DataError, match=r"x.zip is neither a folder nor a zip file, or it is cut short.*copy it again"):
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


def test_a_missing_validation_split_is_an_attribute_that_is_not_there_and_says_how_to_make_one(digits):
    assert getattr(digits, "valid", None) is None and not hasattr(digits, "valid")
    with pytest.raises(AttributeError, match=r"use dataset.with_validation\(\)"):
        _ = digits.valid
    with pytest.raises(ValueError, match="digits has no validation split yet"):
        digits.batches("valid", 10)


def test_twenty_drawings_are_named_by_the_network_whose_weights_are_kept():
    pictures, network = data.drawn_pictures(), networks.cifar_resnet(20)
    assert pictures.images.shape == (20, 3, 32, 32) and pictures.images.dtype == torch.uint8
    assert pictures.y.tolist() == [label for label in range(10) for _ in range(2)] and len(data.CIFAR10) == 10
    assert pictures.images.flatten(1).unique(dim=0).shape[0] == 20, "no two are the same"
    network.load_state_dict(papers.weights("he2015-resnet-20-cifar10"))
    named = (network.eval()(pictures.x).argmax(1) == pictures.y).sum().item()
    assert named == 17, "chapter 5 says seventeen"
