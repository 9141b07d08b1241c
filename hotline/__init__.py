"""The hotline's takedown pipeline: from a reported address to its confirmed removal."""

__version__ = "0.1.0"
