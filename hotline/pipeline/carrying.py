"""Which carrier takes a notice to which channel. A new channel is a file in channels/ and a line here."""

from collections.abc import Callable

from hotline.channels import smtp
from hotline.errors import DeliveryError
from hotline.pipeline.noticing import Outgoing
from hotline.pipeline.station import Station
from hotline.states import Channel


def _by_mail(station: Station, outgoing: Outgoing) -> None:
    mail = station.settings.mail
    smtp.send(
        outgoing.raw,
        envelope_from=mail.from_address,
        recipient=outgoing.recipient,
        settings=mail,
        gate=station.gate,
        resolver=station.resolver,
    )


CARRIERS: dict[Channel, Callable[[Station, Outgoing], None]] = {Channel.EMAIL: _by_mail}


def deliver(station: Station, outgoing: Outgoing) -> DeliveryError | None:
    """Hands a notice over; returns what went wrong, None when the other side took it."""
    try:
        CARRIERS[outgoing.channel](station, outgoing)
    except DeliveryError as error:
        return error
    return None
