"""Drawn, harmless pictures from a seed, rich in texture for perceptual hashes, and what uploaders do to them."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageOps

Picture = Image.Image
Size = tuple[int, int]
OCTAVES = (3, 5, 8, 13, 24, 48)


def draw(seed: int, size: Size = (800, 600)) -> Picture:
    """A colourful picture of noise at six scales and some shapes; the same seed and size give the same pixels."""
    rng = np.random.default_rng([seed, 0x1AB])
    picture = Image.merge("RGB", [_cloud(rng, size) for _ in range(3)])
    _shapes(ImageDraw.Draw(picture), rng, size)
    return picture


def _cloud(rng: np.random.Generator, size: Size) -> Picture:
    """One channel: random grids from coarse to fine, stretched smoothly over the picture and added up."""
    total = np.zeros((size[1], size[0]), np.float32)
    for cells in OCTAVES:
        grid = rng.normal(size=(cells, cells)).astype(np.float32)
        total += np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)) / cells**0.8
    scaled = 128 + 60 * (total - total.mean()) / total.std()
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))


def _shapes(canvas: ImageDraw.ImageDraw, rng: np.random.Generator, size: Size) -> None:
    """Discs, boxes and lines with hard edges."""
    width, height = size
    for kind in rng.permutation(["disc", "box", "line"] * 4):
        x, y = (int(value) for value in rng.uniform((0, 0), (width, height)))
        reach = int(rng.uniform(0.04, 0.14) * min(size)) + 1
        colour = (int(rng.integers(256)), int(rng.integers(256)), int(rng.integers(256)))
        if kind == "disc":
            canvas.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)
        elif kind == "box":
            canvas.rectangle((x - reach, y - reach // 2, x + reach, y + reach // 2), fill=colour)
        else:
            canvas.line((x, y, width - x, height - y), fill=colour, width=max(1, reach // 8))


def jpeg(image: Picture, quality: int = 88) -> bytes:
    """The picture as a JPEG file."""
    return _saved(image.convert("RGB"), "JPEG", quality=quality)


def png(image: Picture) -> bytes:
    """The picture as a PNG file."""
    return _saved(image, "PNG")


def webp(image: Picture, quality: int = 85) -> bytes:
    """The picture as a WebP file."""
    return _saved(image, "WEBP", quality=quality)


def gif(image: Picture) -> bytes:
    """The picture as a GIF file of 256 colours."""
    return _saved(image.convert("P", palette=Image.Palette.ADAPTIVE), "GIF")


def _saved(image: Picture, kind: str, **options: int) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def mirrored(image: Picture) -> Picture:
    """Left and right exchanged."""
    return ImageOps.mirror(image)


def rotated90(image: Picture) -> Picture:
    """A quarter turn to the left."""
    return image.transpose(Image.Transpose.ROTATE_90)


def resized(image: Picture, share: float) -> Picture:
    """Scaled to a share of its width and height."""
    return image.resize(
        (max(1, round(image.width * share)), max(1, round(image.height * share))), Image.Resampling.LANCZOS
    )


def cropped(image: Picture, share: float = 0.1) -> Picture:
    """A share of width and height cut off, half of it on each side."""
    dx, dy = round(image.width * share / 2), round(image.height * share / 2)
    return image.crop((dx, dy, image.width - dx, image.height - dy))


def bordered(image: Picture, share: float = 0.05, colour: str = "black") -> Picture:
    """A frame around it, as wide as a share of the shorter side."""
    return ImageOps.expand(image, round(min(image.size) * share), colour)


def blank(colour: str = "white", size: Size = (800, 600)) -> Picture:
    """One colour: what a placeholder looks like, useless to a perceptual hash."""
    return Image.new("RGB", size, colour)


def tiny(seed: int = 0, side: int = 32) -> Picture:
    """A picture too small to judge (under 64 px)."""
    return draw(seed, (side, side))
