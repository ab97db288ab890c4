"""Data sets: what is read, and what is refused."""

from __future__ import annotations

import gzip
import re
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import landscape as ls

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
NAMES = {"x_train": IMAGES, "y_train": LABELS, "x_test": "t10k-images-idx3-ubyte", "y_test": "t10k-labels-idx1-ubyte"}
load = ls.datasets.load


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def small(seed=0, shape=(3, 2)):
    """Seven training and four test images of bytes, the last of each black."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for part, n in (("train", 7), ("test", 4)):
        arrays[f"x_{part}"] = rng.integers(0, 256, (n, *shape), dtype=np.uint8)
        arrays[f"x_{part}"][-1] = 0
        arrays[f"y_{part}"] = rng.integers(0, 5, n, dtype=np.uint8)
    return arrays


def write(folder, arrays, name=lambda name: name):
    """A folder of IDX files; what `name` ends in .gz is gzipped."""
    folder.mkdir(exist_ok=True)
    for key, array in arrays.items():
        path = folder / name(NAMES[key])
        path.write_bytes(gzip.compress(idx(array), mtime=0) if path.suffix == ".gz" else idx(array))
    return folder


def assert_holds(data, arrays):
    for part in ("train", "test"):
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        assert (x.dtype, y.dtype) == (np.float32, np.int64)
        images = arrays[f"x_{part}"]
        # One rounding of 1/255 and one of the product: 2 · 6e-8.
        np.testing.assert_allclose(x, images.reshape(len(images), -1) / 255, rtol=1.2e-7, atol=0)
        np.testing.assert_array_equal(y, arrays[f"y_{part}"].ravel())


def refusal(path):
    with pytest.raises(ls.DataError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_mnist_is_all_there(mnist):
    assert mnist.x_train.shape == (60_000, 784)
    assert mnist.x_test.shape == (10_000, 784)
    assert mnist.x_train.dtype == np.float32
    assert (mnist.x_train.min(), mnist.x_train.max()) == (0, 1)
    # The known counts of each digit in the training set.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    np.testing.assert_array_equal(np.bincount(mnist.y_train), counts)


@pytest.mark.parametrize(
    "name",
    [
        lambda name: name,
        lambda name: f"{name}.gz",
        lambda name: f"{name}.gz" if "train" in name else name,
        lambda name: name.replace("-idx", ".idx"),
        lambda name: f"emnist-letters-{name.replace('t10k', 'test')}.gz",
    ],
    ids=["plain", "gz", "mixed", "dots", "prefix"],
)
def test_idx_folders(tmp_path, name):
    arrays = small()
    folder = write(tmp_path / "digits", arrays, name)
    (folder / "readme.txt").write_text("the rest does not matter")
    (folder / f"._{IMAGES}").write_bytes(b"nor does what macOS leaves")
    (folder / f"old-{IMAGES}").mkdir()
    data = load(folder)
    assert data.name == "digits"
    assert_holds(data, arrays)


@pytest.mark.parametrize("shape", [(5,), (2, 3, 3)])
def test_idx_images_of_other_dimensions(tmp_path, shape):
    assert_holds(load(write(tmp_path, small(shape=shape))), small(shape=shape))


def test_unpacked_file_goes_before_its_archive(tmp_path):
    write(tmp_path, small(1), lambda name: f"{name}.gz")
    assert_holds(load(write(tmp_path, small(2))), small(2))


def test_content_says_whether_it_is_gzipped(tmp_path):
    write(tmp_path, small())
    (tmp_path / IMAGES).rename(tmp_path / f"{IMAGES}.gz")
    (tmp_path / LABELS).write_bytes(gzip.compress((tmp_path / LABELS).read_bytes()))
    assert_holds(load(tmp_path), small())


def test_idx_equals_the_bundled_mnist(mnist, tmp_path):
    arrays = {
        "x_train": np.rint(255 * mnist.x_train[:50]).astype(np.uint8).reshape(50, 28, 28),
        "y_train": mnist.y_train[:50].astype(np.uint8),
        "x_test": np.rint(255 * mnist.x_test[:20]).astype(np.uint8).reshape(20, 28, 28),
        "y_test": mnist.y_test[:20].astype(np.uint8),
    }
    data = load(write(tmp_path, arrays, lambda name: f"{name}.gz"))
    np.testing.assert_array_equal(data.x_train, mnist.x_train[:50])
    np.testing.assert_array_equal(data.y_train, mnist.y_train[:50])
    np.testing.assert_array_equal(data.x_test, mnist.x_test[:20])
    np.testing.assert_array_equal(data.y_test, mnist.y_test[:20])


def test_source_loads_the_same_again(mnist, tmp_path, monkeypatch):
    assert (mnist.name, mnist.source, mnist.subset(3).source) == ("mnist", "mnist", "mnist")
    np.savez(tmp_path / "small.npz", **small(1))
    write(tmp_path / "digits", small(2))
    monkeypatch.chdir(tmp_path / "digits")
    for path, name, arrays in (("../small.npz", "small", small(1)), (Path(), "digits", small(2))):
        data = load(path)
        monkeypatch.chdir("/")
        again = load(data.subset(2).source)
        assert (again.name, again.source) == (data.name, data.source)
        assert data.name == name
        assert_holds(again, arrays)
        monkeypatch.chdir(tmp_path / "digits")


BYTES = idx(small()["x_train"])
TOO_LONG = bytes.fromhex("00000803 ffffffff ffffffff ffffffff")


@pytest.mark.parametrize(
    ("name", "content", "found", "expected"),
    [
        (IMAGES, b"", "begins with nothing", "00 00 08"),
        (IMAGES, b"<html>", "3c 68 74 6d", "00 00 08"),
        (IMAGES, b"\0\0\x0d" + BYTES[3:], "00 00 0d 03", "00 00 08"),
        (IMAGES, idx(small()["y_train"]), "number of dimensions 1", "2 to 32"),
        (LABELS, BYTES, "number of dimensions 3", "1 for labels"),
        (IMAGES, BYTES[:15], "15 bytes", "16"),
        (IMAGES, BYTES[:-1], "57 bytes", "58"),  # 16 + 7 · 3 · 2
        (IMAGES, BYTES + b"\0", "59 bytes", "58"),
        (IMAGES, gzip.compress(BYTES + b"\0", mtime=0), "59 bytes when unpacked", "58"),
        (IMAGES, TOO_LONG, "16 bytes", str(16 + (2**32 - 1) ** 3)),
        (IMAGES, idx(np.empty((0, 3, 2), np.uint8)), "(0, 3, 2)", "1 or more"),
        (IMAGES, idx(np.zeros((6, 3, 2), np.uint8)), "6 images", "(6,)"),
        (IMAGES, idx(np.zeros((7, 2, 3), np.uint8)), "(3, 2)", "(2, 3)"),
        (LABELS, idx(np.zeros(8, np.uint8)), "(8,)", "(7,)"),
        (IMAGES, gzip.compress(BYTES, mtime=0)[:-9], "truncated", ""),
        (IMAGES, gzip.compress(BYTES, mtime=0)[:-8] + bytes(8), "CRC", ""),
        (IMAGES, gzip.compress(BYTES, mtime=0) + b"more", "damaged", ""),
    ],
)
def test_damaged_idx_files_are_named(tmp_path, name, content, found, expected):
    write(tmp_path, small())
    (tmp_path / name).write_bytes(content)
    message = refusal(tmp_path)
    assert str(tmp_path / name) in message
    assert found in message
    assert expected in message


def test_folders_without_one_data_set(tmp_path):
    assert "it has: nothing" in refusal(tmp_path)
    assert all(name in refusal(tmp_path) for name in NAMES.values())
    write(tmp_path, small())
    (tmp_path / LABELS).rename(tmp_path / "labels")
    message = refusal(tmp_path)
    assert f"lacks {LABELS} " in message
    assert f"it has: labels, {NAMES['x_test']}" in message
    (tmp_path / "labels").rename(tmp_path / f"kmnist-{LABELS}")
    assert f"mixes data sets, expected one prefix for all: {IMAGES}, kmnist-{LABELS}" in refusal(tmp_path)
    write(tmp_path, small())
    assert f"several {LABELS}, expected one: kmnist-{LABELS}, {LABELS}" in refusal(tmp_path)
    assert "a folder of IDX files" in refusal(tmp_path / IMAGES)


@st.composite
def damages(draw, length):
    """A function of a file's bytes: cut anywhere, or one byte among the first `length` changed."""
    if draw(st.booleans()):
        cut = draw(st.floats(0, 1))
        return lambda raw: raw[: int(cut * len(raw))]
    at, change = draw(st.integers(0, length - 1)), draw(st.integers(1, 255))
    return lambda raw: raw[:at] + bytes([raw[at] ^ change]) + raw[at + 1 :]


def assert_named_or_harmless(source, path, arrays):
    """Loading either gives the right data or a DataError in one line that names `path`."""
    message = None
    try:
        data = load(source)
    except ls.DataError as error:
        message = str(error)
    if message is None:
        assert_holds(data, arrays)
    else:
        assert str(path) in message
        assert "\n" not in message


# Each example rewrites the file, so the folder may serve them all.
EXAMPLES = settings(
    max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(("key", "header"), [("x_train", 16), ("y_train", 8)])
@EXAMPLES
@given(st.data())
def test_damage_to_a_header_is_refused_or_harmless(tmp_path, ending, key, header, data):
    # One black pixel an image: here a false number of dimensions, with sizes of 0, comes nearest to fitting.
    arrays = small(shape=(1, 1)) | {"x_train": np.zeros((4, 1, 1), np.uint8), "y_train": np.arange(4, dtype=np.uint8)}
    folder = write(tmp_path / "digits", arrays, lambda name: name + ending)
    path = folder / (NAMES[key] + ending)
    path.write_bytes(data.draw(damages(header))(path.read_bytes()))
    assert_named_or_harmless(folder, path, arrays)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@EXAMPLES
@given(st.data())
def test_any_damage_to_an_npz_is_refused_or_harmless(tmp_path, save, data):
    path = tmp_path / "some.npz"
    save(path, **small())
    whole = path.read_bytes()
    path.write_bytes(data.draw(damages(len(whole)))(whole))
    assert_named_or_harmless(path, path, small())


def test_loading_makes_no_second_copy_of_the_floats(tmp_path):
    images, labels = np.full((1000, 28, 28), 200, np.uint8), np.zeros(1000, np.uint8)
    arrays = {"x_train": images, "y_train": labels, "x_test": images[:5], "y_test": labels[:5]}
    load(write(tmp_path, arrays, lambda name: f"{name}.gz"))
    tracemalloc.start()
    try:
        load(tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # 4 bytes a pixel for the floats and 1 for the bytes; 1 more is room for the rest.
    assert peak < 6 * images.size


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: x.astype(np.int64),
        lambda x: x.astype(">u2"),
        lambda x: x / 255,
        lambda x: (x / 255).astype(">f4"),
        np.asfortranarray,
    ],
    ids=["uint8", "int64", ">u2", "float64", ">f4", "Fortran order"],
)
def test_numbers_of_every_type_in_npz(tmp_path, change):
    arrays = {key: change(x) if key[0] == "x" else x[:, None].astype(">i4") for key, x in small().items()}
    np.savez(tmp_path / "some.npz", **arrays)
    data = load(tmp_path / "some.npz")
    assert_holds(data, small())
    assert data.x_train.flags.c_contiguous


@pytest.mark.parametrize("kind", [bool, np.int64, np.float32])
def test_black_and_white_npz(tmp_path, kind):
    arrays = small()
    bits = {key: (x > 100).astype(kind) if key[0] == "x" else x for key, x in arrays.items()}
    np.savez(tmp_path / "bits.npz", **bits)
    np.testing.assert_array_equal(load(tmp_path / "bits.npz").x_train, bits["x_train"].reshape(7, 6))


@pytest.mark.parametrize(
    ("key", "array", "message"),
    [
        ("x_train", np.full((7, 3, 2), 256), "int64 from 256 to 256, expected whole numbers 0…255"),
        ("x_test", np.full((4, 3, 2), -1), "from -1 to -1"),
        ("x_train", np.full((7, 3, 2), 1.5), "from 1.5 to 1.5"),
        ("x_train", np.full((7, 3, 2), np.nan), "from nan to nan"),
        ("x_train", np.full((7, 3, 2), 1e300), "from inf to inf"),
        ("x_train", np.full((7, 3, 2), "0"), "holds <U1, expected numbers"),
        ("x_train", np.zeros(7), "shape (7,), expected (N, …)"),
        ("x_train", np.zeros((7, 0)), "shape (7, 0), expected (N, …)"),
        ("x_train", np.zeros((7, 6)), "images of shape (3, 2), expected (6,)"),
        ("y_train", np.zeros(6, int), "shape (6,), expected (7,)"),
        ("y_test", np.eye(4, dtype=int), "shape (4, 4), expected (4,)"),
        ("y_test", np.zeros(4), "holds float64, expected class numbers"),
        ("y_test", np.full(4, -1), "from -1 to -1, expected class numbers 0…65535"),
        ("y_train", np.full(7, 2**63, np.uint64), "from 9223372036854775808 to"),
        ("x_train", np.where(np.arange(42).reshape(7, 3, 2) == 40, np.inf, 0.5), "from 0.5 to inf, expected finite"),
        ("x_train", np.full((7, 3, 2), 256, np.uint16), "uint16 from 256 to 256, expected whole numbers 0…255"),
        ("x_train", np.full((7, 3, 2), -3, np.int8), "int8 from -3 to -3"),
        ("y_train", np.full(7, True), "holds bool, expected class numbers"),
        ("y_train", np.full(7, None), "damaged: Object arrays cannot be loaded"),
    ],
)
def test_arrays_that_fit_no_layout_are_named(tmp_path, key, array, message):
    path, arrays = tmp_path / "odd.npz", small() | {key: array}
    np.savez(path, **arrays)
    text = refusal(path)
    assert message in text
    assert str(path) in text
    if array.dtype == object:
        return
    # What `load` says of the file, the constructor says of the array.
    with pytest.raises(ValueError, match=r"\A[xy]_t") as caught:
        ls.datasets.Dataset("odd", **arrays)
    assert isinstance(caught.value, ls.DataError)
    assert text == re.sub("[xy]_(train|test)", lambda name: f"{name[0]} of data file '{path}'", str(caught.value))


def test_damaged_npz_files_are_named(tmp_path):
    path = tmp_path / "odd.npz"
    assert "does not exist" in refusal(path)
    path.write_bytes(b"junk")
    assert "not a zip file" in refusal(path)
    np.savez(path, x_train=np.zeros((3, 4)))
    assert "lacks y_train, x_test, y_test (it has: x_train)" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        for key in small():
            archive.writestr(key, "no array")
    assert "shape ()" in refusal(path)


def test_names_that_are_no_data_set(tmp_path):
    with pytest.raises(ValueError, match="did you mean 'mnist'"):
        load("mnits")
    for path in (tmp_path / "none", Path("mnist"), "no/where"):
        assert f"'{path}' does not exist" in refusal(path)


def test_subset_is_drawn_once_each(tmp_path):
    data = load(write(tmp_path, small()))
    part = data.subset(4, seed=1)
    assert len(part.x_train) == len(part.y_train) == 4
    assert len({row.tobytes() for row in part.x_train}) == 4
    assert part.x_test is data.x_test
    assert (part.name, part.source) == (data.name, data.source)
    with pytest.raises(ValueError, match="n = 8 is not allowed"):
        data.subset(8)


def by_hand(x_train, x_test, **others):
    """A data set of these images, two of each part."""
    labels = np.array([0, 1])
    return ls.datasets.Dataset("mine", np.asarray(x_train), labels, np.asarray(x_test), labels, **others)


ONES, GREY = [[0, 1], [1, 0]], [[0, 51], [102, 255]]


@pytest.mark.parametrize(
    ("train", "test", "scale", "done"),
    [
        (np.uint8(ONES), np.uint8(ONES), 1, "as given"),
        (np.array(ONES, bool), np.array(ONES, bool), 1, "as given"),
        (np.int64(ONES), np.float32(ONES), 1, "as given"),
        (np.float64([[0, 0.5], [1, 0.25]]), np.uint8(ONES), 1, "as given"),
        (np.uint8(GREY), np.uint8(GREY), 1 / 255, "divided by 255"),
        (np.uint16(GREY), np.int32(GREY), 1 / 255, "divided by 255"),
        (np.float32(GREY), np.float64(GREY), 1 / 255, "divided by 255"),
        # A part that has no bright pixel is on the scale of the other one.
        (np.uint8(GREY), np.uint8(ONES), 1 / 255, "divided by 255"),
        (np.int64(ONES), np.int64(GREY), 1 / 255, "divided by 255"),
        (np.float32([[-0.42, 2.82], [0, 1]]), np.float32([[0, 2.5], [0, 0]]), 1, "as given, some below 0"),
        (np.float64([[-300, 0], [0, 400]]), np.float32(ONES), 1, "as given, some below 0"),
    ],
)
def test_scale_of_pixels_is_told_by_their_content(train, test, scale, done):
    """By what the numbers are, not by their type, for both parts alike; and said."""
    data = by_hand(train, test)
    assert data.scaling == done
    # One rounding of 1/255 and one of the product, as above.
    np.testing.assert_allclose(data.x_train, np.float64(train) * scale, rtol=1.2e-7)
    np.testing.assert_allclose(data.x_test, np.float64(test) * scale, rtol=1.2e-7)
    # Once more, whole or in part, changes nothing.
    for again in (replace(data), data.subset(1), replace(data, x_train=data.x_train[:1], y_train=data.y_train[:1])):
        assert again.scaling == done
        np.testing.assert_array_equal(again.x_test, data.x_test)


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ([[0.0, 0.5], [1.0, 0.25]], np.uint8(GREY)),  # one divided already, the other not
        ([[-0.42, 2.8], [0.0, 1.0]], np.uint8(GREY)),
    ],
)
def test_parts_of_two_scales_are_refused(train, test):
    with pytest.raises(ls.DataError, match=r"x_train holds float64 .* and x_test holds uint8 .* one scale for both"):
        by_hand(train, test)


def test_a_part_of_standardised_data_stays_as_it_is():
    """Though in it whole numbers without one below 0 could be grey levels."""
    data = by_hand([[-1.0, 2.0], [3.0, 4.0]], [[2.0, 2.0], [5.0, 1.0]])
    part = replace(data, x_train=data.x_train[1:], y_train=data.y_train[1:])
    np.testing.assert_array_equal(part.x_train, [[3, 4]])
    assert part.scaling == data.scaling
    # Other words than its own are taken as said; others in the place of all images are looked at anew.
    assert by_hand([[0.0, 7.5], [1, 2]], [[3.0, 4], [5, 6]], scaling="whitened").x_train[0, 1] == 7.5
    assert replace(data, x_train=np.uint8(GREY), x_test=np.uint8(GREY)).scaling == "divided by 255"


def test_labels_in_a_column_are_labels():
    """As Keras has them: compared with a row they would count each image many times over."""
    arrays = small()
    data = ls.datasets.Dataset("mine", **{k: v[:, None] if k[0] == "y" else v for k, v in arrays.items()})
    assert_holds(data, arrays)
    network = ls.MLP((6, 5))
    assert 0 <= ls.train(network, data, "sgd", batch_size=2, snapshots=1).test_accuracy <= 1


def test_lists_and_ragged_lists():
    data = ls.datasets.Dataset("mine", [[0.5], [1]], [0, 1], [[0]], [1])
    assert (data.x_train.dtype, data.y_test.dtype, data.classes) == (np.float32, np.int64, 2)
    with pytest.raises(ls.DataError, match="x_train is no array"):
        ls.datasets.Dataset("mine", [[0.5], [1, 2]], [0, 1], [[0]], [1])


def test_standardised(mnist):
    """With the figures that everybody takes for MNIST, and as torchvision's Normalize computes."""
    part = mnist.subset(1000)
    given = part.standardised(0.1307, 0.3081)
    np.testing.assert_array_equal(given.x_test, (part.x_test - np.float32(0.1307)) / np.float32(0.3081))
    assert given.scaling == "divided by 255, then standardised as (x − 0.1307) / 0.3081"
    own = mnist.standardised()
    assert (round(own.mean, 4), round(own.std, 4)) == (0.1307, 0.3081)
    assert own.subset(10).mean == own.mean
    with pytest.raises(ValueError, match="standardised already"):
        own.standardised()
    with pytest.raises(ValueError, match="std = 0"):
        part.standardised(0.1, 0.0)


@EXAMPLES
@given(st.data())
def test_checksum_sees_every_pixel_label_and_place(data):
    arrays = small()
    whole = ls.datasets.Dataset("whole", **arrays)
    part = data.draw(st.sampled_from(["train", "test"]))
    x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
    rows = data.draw(st.lists(st.integers(0, len(x) - 1), min_size=2, max_size=2, unique=True))
    what = data.draw(st.sampled_from(["pixel", "label", "images", "both"]))
    if what == "pixel":
        x[rows[0], data.draw(st.integers(0, 2)), data.draw(st.integers(0, 1))] ^= data.draw(st.integers(1, 255))
    elif what == "label":
        y[rows[0]] += 1
    else:
        x[rows] = x[rows[::-1]]
        if what == "both":
            y[rows] = y[rows[::-1]]
    other = ls.datasets.Dataset("other", **arrays)
    # Random images: no two are alike.
    changed = {name for name, checksum in other.checksums.items() if checksum != whole.checksums[name]}
    assert changed == ({"pixels", "whole_pixels"} if part == "train" else {"test_pixels"})
