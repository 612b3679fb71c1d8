"""Names texts and lists by digests, so that a verdict can be kept beside neither of them."""

import hashlib
from base64 import b64encode
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from models.promises import Wordlists

_BYTES = 12
"""Two texts of one digest would have to be sought for longer than anybody can."""


def digest_text(text: str) -> str:
    """Names a text, in 16 letters."""
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=_BYTES)
    return b64encode(digest.digest()).decode()


@lru_cache(maxsize=8)
def digest_lists(lists: Wordlists) -> str:
    """Names what a verdict without waivers depends on, beside the code."""
    return hashlib.sha256(msgspec.json.encode(replace(lists, waivers=()))).hexdigest()
