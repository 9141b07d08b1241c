"""Ctrl-C reaches the programs under test also where the tests run in the background of a shell, which ignores it."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A signal that is handled here is back at its default in a program that is started from here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
