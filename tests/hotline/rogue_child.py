"""A process that fetches and was taken over: greets as it should, then does its worst to whoever asked it."""

import itertools
import json
import socket
import time

from hashsets.wire import Greeting, receive_frame, send_frame
from hotline.channels.answering import SO_FAR

MODES = ("drip", "claim", "flood", "nest", "silence", "deaf", "garbage", "body", "wide")


def main(mode: str) -> None:
    with socket.socket(fileno=0) as link:
        receive_frame(link, 1 << 20)
        send_frame(link, Greeting("", "seccomp").encode())
        if mode == "deaf":
            time.sleep(3600)
        receive_frame(link, 1 << 20)
        _attack(link, mode)
        time.sleep(3600)


def _attack(link: socket.socket, mode: str) -> None:
    if mode == "drip":
        link.sendall((1000).to_bytes(8, "big"))
        for _ in itertools.count():
            link.sendall(b"x")
            time.sleep(0.02)
    elif mode == "claim":
        link.sendall((1 << 62).to_bytes(8, "big"))
    elif mode == "flood":
        for _ in itertools.count():
            send_frame(link, SO_FAR + bytes(1_000_000))
    elif mode == "nest":
        send_frame(link, b"[" * 1_000_000)
    elif mode == "wide":
        send_frame(link, b"[" + b"[]," * 300_000 + b"[]]")
    elif mode == "garbage":
        send_frame(link, b"\xff" * 100_000)
    elif mode == "body":
        hop = {
            "url": "http://img.example/",
            "status": 200,
            "ip": "127.0.0.1",
            "method": "GET",
            "sent": [],
            "received": [],
        }
        told = hop | {"ips": [], "tls": None, "body_sha256": "0" * 64, "body_bytes": 4}
        told |= dict.fromkeys(("began_at", "ended_at"), "2026-11-25T10:00:00+00:00")
        send_frame(link, json.dumps({"hops": [told], "tried": [], "reason": None, "stage": None}).encode())
        send_frame(link, b"evil")
