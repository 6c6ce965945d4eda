"""One image file as a tensor of eight bits, and an account of what had to be changed for it."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course import wording
from course.data.errors import DataError
from course.data.sources import Folder, Zip

if TYPE_CHECKING:
    from PIL import Image

GREY = ("1", "L", "LA", "La")  # PIL's modes of eight bits or fewer
MOST_PIXELS = 50_000_000  # a picture beyond this is no picture of a data set
DEEP = 1 << 16  # values of sixteen bits
ORIENTATION = 0x0112  # EXIF's tag; 1 is upright


@dataclass
class Seen:
    """What was changed in how many images, and the largest value of those with sixteen bits."""

    changes: Counter[str] = field(default_factory=Counter)
    largest: int = 0

    def words(self, total: int, size: tuple[int, int]) -> list[str]:
        """A line for each kind of change, in the order in which an image goes through them."""
        width, height = size
        said = {
            "frames": "with several frames or pages: the first was taken",
            "ending": "of another kind than the ending says, and read as what they are",
            "turned": "turned upright, as their EXIF orientation says",
            "deep": "of sixteen bits: the upper eight were kept",
            "transparent": "transparent in places, where they are white now",
            "shrunk": f"resized to {width}×{height}",
            "stretched": f"of another shape, and stretched to {width}×{height}",
            "flat": "of a single colour throughout",
            "grey": "grey among colour images, and given three equal channels",
        }
        counts = self.changes if self.changes["grey"] < total else self.changes - Counter(grey=total)
        return [f"{counts[key]:,} of {total:,} images {words}" for key, words in said.items() if counts[key]]


def read(source: Folder | Zip, name: str, size: tuple[int, int] | None, seen: Seen) -> Tensor:
    """One image as (1 or 3, H, W) uint8, brought to `size`, a (width, height), unless that is None; what was changed is
    added to `seen`. Raises DataError, with the file's name, whatever is wrong with it.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        content = source.read(name)
        if not content:
            raise ValueError("it is empty")
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
            if size is not None:  # a large JPEG is decoded at a half, a quarter, an eighth; it may lie on its side
                opened.draft(None, (2 * max(size), 2 * max(size)))
            _look(opened, name, seen)
            image = _eight_bits(_upright(opened), seen)
        image = image if size is None else _resized(image, size, seen)
        seen.changes["grey"] += image.mode == "L"
        seen.changes["flat"] += all(band.getextrema()[0] == band.getextrema()[1] for band in image.split())
        flat = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
        return flat.view(image.height, image.width, -1).permute(2, 0, 1)
    except Exception as error:  # PIL and zipfile raise many types for a damaged file
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "it is damaged, or of no known kind" if unknown else wording.reason(error)
        raise DataError(f"{source.path}: {name} is no image that can be read ({reason}); repair or remove it") from None


def _look(image: Image.Image, name: str, seen: Seen) -> None:
    """Note what the file itself has that nobody expects: further frames, a false ending, a picture on its side."""
    from PIL import Image

    kind = Image.registered_extensions().get(f".{name.rpartition('.')[2].lower()}")
    actual = "JPEG" if image.format == "MPO" else image.format  # a phone's JPEG with a second picture in it
    seen.changes["ending"] += kind != actual
    seen.changes["frames"] += getattr(image, "is_animated", False)
    seen.changes["turned"] += image.getexif().get(ORIENTATION, 1) in range(2, 9)


def _upright(image: Image.Image) -> Image.Image:
    """`image` as a camera's note on how it was held says."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _eight_bits(image: Image.Image, seen: Seen) -> Image.Image:
    """`image` in mode L or RGB, on white where it is transparent. Of sixteen bits the upper eight are kept."""
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose range is unknown: save it with 8 bits")
    if image.mode.startswith("I"):
        return _upper_eight(image.convert("I"), seen)
    mode = "L" if image.mode in GREY else "RGB"
    return (_on_white(image, seen) if image.has_transparency_data else image).convert(mode)


def _upper_eight(image: Image.Image, seen: Seen) -> Image.Image:
    """Values up to 65,535 as their upper eight bits."""
    low, high = (int(end) for end in image.getextrema())  # type: ignore[arg-type]  # of one band
    if low < 0 or high >= DEEP:
        raise ValueError(f"its values run from {low:,} to {high:,}, beyond sixteen bits: save it with 8 bits")
    seen.changes["deep"] += 1
    seen.largest = max(seen.largest, high)
    return image.point(lambda v: v / 256).convert("L")


def _on_white(image: Image.Image, seen: Seen) -> Image.Image:
    """A transparent image on a white ground, in mode RGBA; one that is opaque everywhere stays as it is."""
    from PIL import Image

    above = image.convert("RGBA")
    if above.getchannel("A").getextrema()[0] == 255:
        return image
    seen.changes["transparent"] += 1
    return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above)


def _resized(image: Image.Image, size: tuple[int, int], seen: Seen) -> Image.Image:
    from PIL import Image

    if image.size == size:
        return image
    width, height = image.size
    same = abs(width * size[1] - height * size[0]) <= max(width, height)  # up to rounding
    seen.changes["shrunk" if same else "stretched"] += 1
    return image.resize(size, Image.Resampling.BILINEAR)
