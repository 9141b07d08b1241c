"""Which carrier takes a notice to which channel. A new channel is a file in channels/ and a line here."""

import ssl
from collections.abc import Callable

from hotline.channels import smtp
from hotline.errors import DeliveryError
from hotline.pipeline.noticing import Outgoing
from hotline.pipeline.station import Station
from hotline.states import Channel
from notices.errors import NoticeError


def _by_mail(station: Station, outgoing: Outgoing) -> None:
    from notices.attachments import require_outgoing

    mail = station.settings.mail
    try:
        require_outgoing(outgoing.raw)
    except NoticeError as error:
        raise DeliveryError(str(error), reason="unsendable", may_retry=False) from None
    smtp.send(
        outgoing.raw,
        envelope_from=_with_token(mail.from_address, outgoing.token),
        recipient=outgoing.recipient,
        settings=mail,
        gate=station.gate,
        resolver=station.resolver,
        context=ssl.create_default_context(cafile=station.settings.authorities or None),
    )


def _with_token(mailbox: str, token: str | None) -> str:
    """Where a bounce comes back to: it names its notice by the token."""
    local, at, domain = mailbox.rpartition("@")
    return f"{local}+{token}{at}{domain}" if token else mailbox


CARRIERS: dict[Channel, Callable[[Station, Outgoing], None]] = {Channel.EMAIL: _by_mail}


def deliver(station: Station, outgoing: Outgoing) -> DeliveryError | None:
    """Hands a notice over; returns what went wrong, None when the other side took it."""
    try:
        CARRIERS[outgoing.channel](station, outgoing)
    except DeliveryError as error:
        return error
    return None
