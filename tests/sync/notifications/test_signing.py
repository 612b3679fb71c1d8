"""Messages are signed as Standard Webhooks has it, and shaped as Slack takes them."""

import base64

import msgspec
import pytest

from models.errors import SettingsError
from sync.notifications.signing import shape_for_slack, sign_message
from sync.settings.settings import Settings, read_settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def settings(**given: str) -> Settings:
    return read_settings({f"HEADWAY_{name.upper()}": value for name, value in given.items()})


def test_the_published_example_has_the_published_signature() -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))

    headers = sign_message(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', (key,)
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_exchanged_both_sign() -> None:
    two = settings(webhook_url="https://example.com", webhook_secret=f"{SECRET} whsec_{'A' * 32}")

    keys = two.webhook_secret or ()
    signed = sign_message("msg_1", 1, b"{}", keys)["webhook-signature"]

    first, second = signed.split()
    assert first != second
    assert first == sign_message("msg_1", 1, b"{}", keys[:1])["webhook-signature"]


def test_slack_is_sent_a_text_in_which_nothing_is_markup() -> None:
    body = msgspec.json.encode({"data": {"message": "<!channel> & so on"}}).decode()

    assert shape_for_slack(body) == b'{"text":"Headway: &lt;!channel&gt; &amp; so on"}'

    body = msgspec.json.encode({"data": {"message": "So on.", "list": "acme"}}).decode()
    assert shape_for_slack(body) == b'{"text":"Headway, acme: So on."}'


@pytest.mark.parametrize(
    ("given", "slack"),
    [
        ({"webhook_url": "https://hooks.slack.com/services/T/B/x"}, True),
        ({"webhook_url": "https://hooks.slack.com.example.com/x", "webhook_secret": SECRET}, False),
        ({"webhook_url": "https://chat.example.com/x", "webhook_format": "slack"}, True),
        (
            {
                "webhook_url": "https://hooks.slack.com/x",
                "webhook_format": "standard",
                "webhook_secret": SECRET,
            },
            False,
        ),
    ],
)
def test_the_address_tells_the_shape_unless_it_is_set(given: dict[str, str], slack: bool) -> None:
    assert settings(**given).speaks_slack is slack


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"webhook_url": "http://example.com/x", "webhook_secret": SECRET}, "begin with https"),
        ({"webhook_url": "https://a:b@example.com/x", "webhook_secret": SECRET}, "no password"),
        ({"webhook_url": "file:///etc/passwd", "webhook_secret": SECRET}, "is not an address"),
        ({"webhook_url": "https://example.com/x"}, "HEADWAY_WEBHOOK_SECRET: is not set"),
        ({"webhook_secret": SECRET}, "does nothing without an address"),
        ({"webhook_url": "https://hooks.slack.com/x", "webhook_secret": SECRET}, "not signed"),
        ({"webhook_url": "https://example.com/x", "webhook_secret": "hunter2"}, "is no secret of"),
        ({"webhook_url": "https://example.com/x", "webhook_secret": "whsec_AAAA"}, "is no secret"),
        ({"webhook_format": "teams"}, "must be auto, standard or slack"),
        ({"webhook_format": "slack"}, "HEADWAY_WEBHOOK_FORMAT: does nothing without an address"),
        ({"digest": "7d"}, "HEADWAY_DIGEST: does nothing without an address"),
        ({"digest": "fortnightly"}, "HEADWAY_DIGEST: is not a length of time"),
        ({"heartbeat_url": "http://example.com/x"}, "begin with https"),
        ({"heartbeat_url": "https://example.com/x#part"}, "no # part"),
    ],
)
def test_what_cannot_be_told_is_refused_and_no_secret_repeated(
    given: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(**given)

    assert told in str(refused.value)
    for name in ("webhook_url", "webhook_secret", "heartbeat_url"):
        assert name not in given or given[name] not in str(refused.value)
