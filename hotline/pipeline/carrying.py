"""Which carrier takes a notice to which channel. A new channel is a file in channels/, a line here and one in
writing.WRITERS. A sheet has no carrier: a person takes it to its form."""

import ssl
from collections.abc import Callable

from hotline.channels import smtp
from hotline.channels.abuseapi import Api, secret_in
from hotline.channels.abusesignal import SAFE_RETRY_H, AbuseSignalApi, credentials_in
from hotline.channels.cloudflare import CloudflareApi
from hotline.errors import DeliveryError
from hotline.pipeline.fixing import Delivered, Outgoing
from hotline.pipeline.reporting import send_reports
from hotline.pipeline.station import Station
from hotline.states import Channel
from notices.errors import NoticeError


def _by_mail(station: Station, outgoing: Outgoing) -> Delivered:
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
    return Delivered()


def _with_token(mailbox: str, token: str | None) -> str:
    """Where a bounce comes back to: it names its notice by the token."""
    local, at, domain = mailbox.rpartition("@")
    return f"{local}+{token}{at}{domain}" if token else mailbox


def cloudflare_api(station: Station, address: str) -> CloudflareApi:
    """The API at a contact's address, as the account of the settings. Raises DeliveryError (`login`)."""
    settings = station.settings.cloudflare
    api = Api.from_settings("Cloudflare's abuse API", address, station.settings)
    return CloudflareApi(api, settings.account, secret_in(settings.token_file, "cloudflare.token_file"))


def aws_api(station: Station, address: str) -> AbuseSignalApi:
    """The API at a contact's address, with the keys of the settings. Raises DeliveryError (`login`)."""
    settings = station.settings.aws
    api = Api.from_settings("AWS's abuse API", address, station.settings)
    return AbuseSignalApi(api, settings.region, credentials_in(settings.credentials_file, "aws.credentials_file"))


def _by_cloudflare(station: Station, outgoing: Outgoing) -> Delivered:
    return send_reports(station, outgoing, cloudflare_api(station, outgoing.recipient).submit)


def _by_aws(station: Station, outgoing: Outgoing) -> Delivered:
    return send_reports(station, outgoing, aws_api(station, outgoing.recipient).submit, safe_h=SAFE_RETRY_H)


CARRIERS: dict[Channel, Callable[[Station, Outgoing], Delivered]] = {
    Channel.EMAIL: _by_mail,
    Channel.PARTNER: _by_mail,
    Channel.CLOUDFLARE: _by_cloudflare,
    Channel.AWS: _by_aws,
}


def deliver(station: Station, outgoing: Outgoing) -> Delivered | DeliveryError:
    """Hands a notice over; returns what the other side made of it, or what went wrong."""
    try:
        return CARRIERS[outgoing.channel](station, outgoing)
    except DeliveryError as error:
        return error
