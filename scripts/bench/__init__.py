"""The benchmarks behind `make bench`: every figure is a ratio to a peer measured in the same run, in turn with it."""

import os

# One thread on both sides, as in the decoder's child; these are read once, when numpy, faiss and numba are loaded.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
