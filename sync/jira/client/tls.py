"""Makes what an encrypted connection trusts, out of a file of authorities and nothing else."""

import ssl


def build_tls_context(authorities: str) -> ssl.SSLContext:
    """A context that trusts the certificates of a file in PEM form. OSError where it has none.

    Not `ssl.create_default_context`: that writes the keys of every connection to the file that
    SSLKEYLOGFILE names, by which whoever listens can read our token, and fails where it cannot.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=authorities)
    return context
