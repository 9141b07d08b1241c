"""The independent programs, loaded only where a test asks for them: `make interop` installs them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Theirs = Callable[[Pixels], tuple[str, int]]


@pytest.fixture(scope="session")
def pdqhash_of() -> Theirs:
    """Hash and quality by Meta's own code, as hex. It counts bits from the end, and knows no grey pixels."""
    import pdqhash

    def compute(pixels: Pixels) -> tuple[str, int]:
        colours = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=-1)
        vector, quality = pdqhash.compute(np.ascontiguousarray(colours))
        return np.packbits(vector.astype(np.uint8)).tobytes().hex(), int(quality)

    return compute


@pytest.fixture(scope="session")
def faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss
