"""The benchmarks behind `make bench`: every figure is a ratio to a peer measured in the same run, in turn with it."""

import os

# One thread on both sides, as in the decoder's child; numpy reads this once, when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
