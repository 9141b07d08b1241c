"""What follows from a change, whoever made it: work that becomes due, and who inherits a decision.

Functions take a session and write into the caller's transaction; they commit nothing.
"""
