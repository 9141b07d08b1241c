"""The benchmarks behind `make bench`: every figure is a ratio to a peer measured in the same run, in turn with it."""
