"""What every chapter of the demo has at hand."""

from dataclasses import dataclass
from pathlib import Path

from scripts.demo.stage import Stage
from scripts.demo.teller import Teller
from scripts.lab import Lab, LabMessage


@dataclass(frozen=True)
class Scene:
    """The teller, the sites, the lab they stand in, and the folder for what is left to look at."""

    teller: Teller
    stage: Stage
    lab: Lab
    out: Path

    def received(self, mailbox: str, count: int) -> LabMessage:
        """The newest message for a mailbox, which must by now have got `count`."""
        messages = self.lab.mail.to(mailbox)
        self.teller.expect(len(messages) == count, f"{count} messages for {mailbox}, not {len(messages)}")
        return messages[-1]
