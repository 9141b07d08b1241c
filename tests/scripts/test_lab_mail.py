"""The lab's mail exchange, spoken to by smtplib."""

import smtplib
from datetime import UTC, datetime

import pytest

MAIL = b"From: a@hotline.example\r\nSubject: Njoftim\r\nMessage-ID: <1@hotline.example>\r\n\r\nhttp://img.example/a\r\n.dot\r\n"


def send(mail, to=("abuse@host.example",), raw=MAIL):
    with smtplib.SMTP(mail.host, mail.port, timeout=2) as client:
        client.sendmail("a@hotline.example", to, raw)


def test_a_message_is_kept_as_its_bytes_with_its_envelope(lab):
    before = datetime.now(UTC)
    send(lab.mail, ["abuse@host.example", "noc@host.example"])

    (message,) = lab.mail.wait_for(1)

    assert message.raw == MAIL
    assert message.envelope_from == "a@hotline.example"
    assert message.envelope_to == ("abuse@host.example", "noc@host.example")
    assert before <= message.at <= datetime.now(UTC)
    assert (message.subject, message.message_id) == ("Njoftim", "<1@hotline.example>")
    assert message.text.splitlines() == ["http://img.example/a", ".dot"]
    assert lab.mail.to("noc@host.example") == [message]


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("MAIL", "421 closing", smtplib.SMTPSenderRefused),
        ("RCPT", "451 try later", smtplib.SMTPRecipientsRefused),
        ("RCPT", "550 no such user", smtplib.SMTPRecipientsRefused),
        ("DATA", "554 looks like spam", smtplib.SMTPDataError),
    ],
)
def test_a_scripted_failure_is_given_its_number_of_times(lab, command, reply, error):
    lab.mail.answer(command, reply, times=2)
    for _ in range(2):
        with pytest.raises(error, match=reply[:3]):
            send(lab.mail)
    send(lab.mail)

    assert len(lab.mail.messages) == 1


def test_a_failure_can_be_for_one_recipient_and_for_good_until_the_server_behaves(lab):
    lab.mail.answer("RCPT", "550 gone", times=None, to="gone@host.example")
    for _ in range(3):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(lab.mail, ["gone@host.example"])
    send(lab.mail)
    lab.mail.behave()
    send(lab.mail, ["gone@host.example"])

    assert [message.envelope_to[0] for message in lab.mail.messages] == ["abuse@host.example", "gone@host.example"]


def test_death_after_data_keeps_the_message_and_tells_the_sender_nothing(lab):
    lab.mail.die_after_data()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(lab.mail)
    send(lab.mail)

    first, second = lab.mail.messages
    assert first.raw == second.raw


def test_waiting_in_vain_says_how_many_came(lab):
    send(lab.mail)

    with pytest.raises(TimeoutError, match="1 of 2 messages"):
        lab.mail.wait_for(2, timeout=0.05)


def test_a_command_that_cannot_be_scripted_is_refused(lab):
    with pytest.raises(ValueError, match="MAIL, RCPT and DATA"):
        lab.mail.answer("QUIT", "500 no")


def test_the_server_stops_while_a_client_is_connected(lab):
    client = smtplib.SMTP(lab.mail.host, lab.mail.port, timeout=2)
    client.ehlo()
    lab.stop()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()
