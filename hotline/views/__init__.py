"""Read-only questions about a home, answered as plain values in the shapes of the command line's contract."""
