"""The lab internet: real HTTP, DNS, RDAP, SMTP and IMAP servers on 127.0.0.0/8, in daemon threads of one process.

Here stand the only fakes of demo, tests and benchmarks. It knows nothing of the hotline but the names of its settings.
"""

from scripts.lab.apis import LabAbuseSignal, LabCloudflare
from scripts.lab.behaviours import (
    drip,
    endless,
    endless_head,
    garbage,
    gzip_bomb,
    lying_length,
    packed_bomb,
    pour,
    raw_head,
    redirect_onwards,
    reset,
    send_all,
    stall,
)
from scripts.lab.clock import LabClock
from scripts.lab.http import Behaviour, Connection, LabRequest
from scripts.lab.imap import LabImap
from scripts.lab.internet import Lab
from scripts.lab.mail import LabMail, LabMessage
from scripts.lab.names import LabDNS, LabQuery
from scripts.lab.proxies import LabHttpProxy, LabSocksProxy
from scripts.lab.rdap import LabRDAP
from scripts.lab.sites import Site
from scripts.lab.tls import LabAuthority

__all__ = [
    "Behaviour",
    "Connection",
    "Lab",
    "LabAbuseSignal",
    "LabAuthority",
    "LabClock",
    "LabCloudflare",
    "LabDNS",
    "LabHttpProxy",
    "LabImap",
    "LabMail",
    "LabMessage",
    "LabQuery",
    "LabRDAP",
    "LabRequest",
    "LabSocksProxy",
    "Site",
    "drip",
    "endless",
    "endless_head",
    "garbage",
    "gzip_bomb",
    "lying_length",
    "packed_bomb",
    "pour",
    "raw_head",
    "redirect_onwards",
    "reset",
    "send_all",
    "stall",
]
