"""Shared by demo, tests and benchmarks: a lab internet, drawn pictures and a runner of the command line."""
