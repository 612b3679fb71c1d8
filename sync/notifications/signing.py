"""Puts messages into the shape that receivers know: Standard Webhooks 1.0, or Slack's.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md says how
messages are signed, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks what
Slack takes.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

import msgspec

from models.notification import Payload


def sign_message(
    message_id: str, timestamp: int, body: bytes, keys: Iterable[bytes]
) -> dict[str, str]:
    """The three headers by which a receiver knows who sent it, and when; a signature a key.

    `timestamp` is that of the attempt, in seconds since 1970.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (
        base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def shape_for_slack(body: str) -> bytes:
    """What a message says, as Slack shows it."""
    payload: Payload = msgspec.json.decode(body)
    said, of = str(payload["data"]["message"]), payload["data"].get("list")
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        said = said.replace(sign, escaped)
    return msgspec.json.encode({"text": f"Headway, {of}: {said}" if of else f"Headway: {said}"})
