"""What happens to a picture between two uploads, as pure functions: a picture and a seed in, an altered picture out.
The same seed gives the same pixels. Nothing here knows of hashes.
"""

import io
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from scripts import pictures
from scripts.pictures import Picture, Size

Alteration = Callable[[Picture, int], Picture]
Colour = tuple[int, int, int]

WHITE, BLACK, DARK = (255, 255, 255), (0, 0, 0), (54, 57, 63)
PHONE = (540, 1170)
WORDS = ("nobody", "expects", "that", "this", "works", "every", "time", "but", "look", "here", "now", "see", "again")


def _cropped(share: float) -> Alteration:
    """A share of width and of height cut off, at an offset drawn by chance."""

    def alter(picture: Picture, seed: int) -> Picture:
        dice = random.Random(seed)
        width, height = (round(side * (1 - share)) for side in picture.size)
        left, top = dice.randint(0, picture.width - width), dice.randint(0, picture.height - height)
        return picture.crop((left, top, left + width, top + height))

    return alter


def _turned(method: Image.Transpose) -> Alteration:
    return lambda picture, _: picture.transpose(method)


def _slanted(degrees: float) -> Alteration:
    """Turned a little, as a scan or a photo of a screen is; the corners are black."""
    return lambda picture, seed: picture.rotate(
        degrees if seed % 2 else -degrees, Image.Resampling.BICUBIC, fillcolor=BLACK
    )


def _bordered(share: float, colour: Colour) -> Alteration:
    return lambda picture, _: ImageOps.expand(picture, round(min(picture.size) * share), colour)


def _on_page(ratio: float, colour: Colour) -> Alteration:
    """In the middle of a page of another shape, as video players and galleries show it."""

    def alter(picture: Picture, _: int) -> Picture:
        width, height = picture.size
        page = (round(height * ratio), height) if width / height < ratio else (width, round(width / ratio))
        return ImageOps.pad(picture, page, color=colour)

    return alter


def letterboxed(picture: Picture, seed: int) -> Picture:
    """Black bars above and below."""
    return _on_page(picture.width / picture.height / 1.45, BLACK)(picture, seed)


def pillarboxed(picture: Picture, seed: int) -> Picture:
    """Black bars left and right."""
    return _on_page(picture.width / picture.height * 1.45, BLACK)(picture, seed)


def with_logo(picture: Picture, seed: int) -> Picture:
    """A channel's mark in one corner, 18 % of the shorter side."""
    dice, side = random.Random(seed), round(min(picture.size) * 0.18)
    logo = Image.new("RGB", (side, side), (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    pen = ImageDraw.Draw(logo)
    pen.ellipse((side // 8, side // 8, side - side // 8, side - side // 8), fill=WHITE)
    pen.text((side // 4, side // 3), "TV", fill=BLACK, font=_font(side // 3))
    gap = side // 5
    x = dice.choice((gap, picture.width - side - gap))
    y = dice.choice((gap, picture.height - side - gap))
    altered = picture.copy()
    altered.paste(logo, (x, y))
    return altered


def watermarked(picture: Picture, seed: int) -> Picture:
    """A name all over it, a fifth opaque."""
    size = max(12, min(picture.size) // 12)
    layer = Image.new("L", picture.size)
    pen, font = ImageDraw.Draw(layer), _font(size)
    for row, y in enumerate(range(0, picture.height, size * 3)):
        for x in range(-(row % 2) * size * 3, picture.width, size * 8):
            pen.text((x, y), f"sample{seed % 10}", fill=51, font=font)
    return Image.composite(Image.new("RGB", picture.size, WHITE), picture, layer)


def captioned(picture: Picture, seed: int) -> Picture:
    """Large white words with a black edge at top and bottom."""
    dice, altered = random.Random(seed), picture.copy()
    size = max(12, picture.height // 9)
    pen, font = ImageDraw.Draw(altered), _font(size)
    for y in (size // 4, picture.height - round(size * 1.4)):
        text = " ".join(dice.sample(WORDS, 3)).upper()
        middle = (picture.width // 2, y)
        pen.text(middle, text, WHITE, font, anchor="ma", stroke_width=max(1, size // 14), stroke_fill=BLACK)
    return altered


def _enhanced(kind: Callable[[Picture], Any], factor: float) -> Alteration:
    """By one of Pillow's ImageEnhance."""
    return lambda picture, _: kind(picture).enhance(factor)


def _gamma(exponent: float) -> Alteration:
    table = [round(255 * (level / 255) ** exponent) for level in range(256)] * 3
    return lambda picture, _: picture.point(table)


def grey(picture: Picture, _: int) -> Picture:
    """Without colour."""
    return picture.convert("L").convert("RGB")


def blurred(picture: Picture, _: int) -> Picture:
    """Out of focus by two pixels."""
    return picture.filter(ImageFilter.GaussianBlur(2))


def noisy(picture: Picture, seed: int) -> Picture:
    """The grain of a bad camera."""
    grain = np.random.default_rng(seed).normal(0, 12, (picture.height, picture.width, 1))
    return Image.fromarray(np.clip(np.asarray(picture, np.float32) + grain, 0, 255).astype(np.uint8))


def stretched(picture: Picture, _: int) -> Picture:
    """15 % wider."""
    return picture.resize((round(picture.width * 1.15), picture.height), Image.Resampling.BICUBIC)


def recompressed(picture: Picture, _: int) -> Picture:
    """Once through a JPEG of quality 30."""
    return Image.open(io.BytesIO(pictures.jpeg(picture, 30))).convert("RGB")


def _scaled(share: float) -> Alteration:
    return lambda picture, _: pictures.resized(picture, share)


def thumbnail(picture: Picture, _: int) -> Picture:
    """128 pixels at its longest side."""
    small = picture.copy()
    small.thumbnail((128, 128), Image.Resampling.LANCZOS)
    return small


def _on_phone(paper: Colour, ink: Colour) -> Alteration:
    """A screenshot of a phone's messenger: a bar with the time, a title, the picture, words and a field below it."""

    def alter(picture: Picture, seed: int) -> Picture:
        dice, screen = random.Random(seed), Image.new("RGB", PHONE, paper)
        pen = ImageDraw.Draw(screen)
        width, height = PHONE
        shown = ImageOps.contain(picture, (width, height * 2 // 3), Image.Resampling.LANCZOS)
        top = dice.randint(130, 180)
        screen.paste(shown, ((width - shown.width) // 2, top))
        pen.text((24, 12), f"{dice.randrange(24)}:{dice.randrange(60):02}", ink, _font(22))
        pen.rectangle((width - 60, 14, width - 24, 32), outline=ink, width=2)
        pen.text((80, 66), " ".join(dice.sample(WORDS, 3)), ink, _font(28))
        pen.ellipse((20, 60, 64, 104), fill=(90, 120, 200))
        for line in range(dice.randint(1, 3)):
            pen.text((24, top + shown.height + 20 + 36 * line), " ".join(dice.sample(WORDS, 6)), ink, _font(24))
        pen.rounded_rectangle((20, height - 90, width - 20, height - 30), 28, outline=ink, width=2)
        return screen

    return alter


def _collage(gutter: int, colour: Colour) -> Alteration:
    """Two by two equal cells; the picture fills one of them, drawn ones the others."""

    def alter(picture: Picture, seed: int) -> Picture:
        dice = random.Random(seed)
        width, height = picture.size
        cells = [filler(dice.randrange(2**30), picture.size) for _ in range(3)]
        cells.insert(dice.randrange(4), picture)
        page = Image.new("RGB", (2 * width + 3 * gutter, 2 * height + 3 * gutter), colour)
        for place, cell in enumerate(cells):
            column, row = place % 2, place // 2
            page.paste(cell, (gutter + column * (width + gutter), gutter + row * (height + gutter)))
        return page

    return alter


def filler(seed: int, size: Size) -> Picture:
    """A drawn picture that is quickly made at any size: what stands beside another, or in for one."""
    small = (max(1, size[0] // 4), max(1, size[1] // 4))
    return pictures.draw(seed, small).resize(size, Image.Resampling.BICUBIC)


def _after(*steps: Alteration) -> Alteration:
    """One after the other."""

    def alter(picture: Picture, seed: int) -> Picture:
        for step in steps:
            picture = step(picture, seed)
        return picture

    return alter


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


MIRRORED, FLIPPED = _turned(Image.Transpose.FLIP_LEFT_RIGHT), _turned(Image.Transpose.FLIP_TOP_BOTTOM)
LIGHT_PHONE, DARK_PHONE = _on_phone(WHITE, BLACK), _on_phone((17, 19, 23), (230, 230, 235))

ALTERATIONS: dict[str, Alteration] = {
    "none": lambda picture, _: picture,
    "JPEG of quality 30": recompressed,
    "half the size": _scaled(0.5),
    "a quarter of the size": _scaled(0.25),
    "thumbnail of 128 px": thumbnail,
    "crop 5 %": _cropped(0.05),
    "crop 10 %": _cropped(0.10),
    "crop 20 %": _cropped(0.20),
    "crop 30 %": _cropped(0.30),
    "crop 50 %": _cropped(0.50),
    "rotate 90": _turned(Image.Transpose.ROTATE_90),
    "rotate 180": _turned(Image.Transpose.ROTATE_180),
    "rotate 270": _turned(Image.Transpose.ROTATE_270),
    "mirror": MIRRORED,
    "flip": FLIPPED,
    "rotate 2 degrees": _slanted(2),
    "rotate 5 degrees": _slanted(5),
    "rotate 15 degrees": _slanted(15),
    "white border 5 %": _bordered(0.05, WHITE),
    "black border 15 %": _bordered(0.15, BLACK),
    "letterbox": letterboxed,
    "pillarbox": pillarboxed,
    "corner logo": with_logo,
    "watermark all over": watermarked,
    "meme text": captioned,
    "brightness + 40 %": _enhanced(ImageEnhance.Brightness, 1.4),
    "brightness - 40 %": _enhanced(ImageEnhance.Brightness, 0.6),
    "contrast + 40 %": _enhanced(ImageEnhance.Contrast, 1.4),
    "gamma 0.6": _gamma(0.6),
    "gamma 1.6": _gamma(1.6),
    "grey": grey,
    "blur": blurred,
    "grain": noisy,
    "stretch 15 %": stretched,
    "phone screenshot, light": LIGHT_PHONE,
    "phone screenshot, dark": DARK_PHONE,
    "2 x 2 collage": _collage(0, WHITE),
    "2 x 2 collage with gutters": _collage(16, WHITE),
    "2 x 2 collage with dark gutters": _collage(16, DARK),
    "white border and mirror": _after(MIRRORED, _bordered(0.08, WHITE)),
    "phone screenshot, turned": _after(LIGHT_PHONE, _turned(Image.Transpose.ROTATE_90)),
    "mirror and crop 20 %": _after(MIRRORED, _cropped(0.20)),
    "mirror and half the size": _after(MIRRORED, _scaled(0.5)),
    "text, logo, quality 30": _after(captioned, with_logo, recompressed),
    "half, crop 5 %, text, quality 30": _after(_scaled(0.5), _cropped(0.05), captioned, recompressed),
}
"""Every alteration by the name it has in the table of recall."""


def query(picture: Picture, name: str, seed: int) -> bytes:
    """The altered picture as it is uploaded again: a JPEG of quality 85."""
    return pictures.jpeg(ALTERATIONS[name](picture, seed), 85)
