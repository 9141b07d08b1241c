"""Read-only questions about a home, answered as plain JSON-ready values in the shapes of the command line's contract."""
