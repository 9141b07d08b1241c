"""The lab internet: real HTTP, DNS, RDAP and SMTP servers on 127.0.0.0/8, in daemon threads of the calling process.

Here stand the only fakes of demo, tests and benchmarks. It knows nothing of the hotline but the names of its settings.
"""

from scripts.lab.behaviours import drip, endless, endless_head, garbage, gzip_bomb, lying_length, reset, stall
from scripts.lab.clock import LabClock
from scripts.lab.http import Behaviour, Connection, LabRequest
from scripts.lab.internet import Lab
from scripts.lab.mail import LabMail, LabMessage
from scripts.lab.names import LabDNS, LabQuery
from scripts.lab.rdap import LabRDAP
from scripts.lab.sites import Site

__all__ = [
    "Behaviour",
    "Connection",
    "Lab",
    "LabClock",
    "LabDNS",
    "LabMail",
    "LabMessage",
    "LabQuery",
    "LabRDAP",
    "LabRequest",
    "Site",
    "drip",
    "endless",
    "endless_head",
    "garbage",
    "gzip_bomb",
    "lying_length",
    "reset",
    "stall",
]
