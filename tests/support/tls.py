"""A certificate authority of one's own, made on the spot by the `openssl` command: no key is ever committed."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

EXTENSIONS = """subjectAltName=IP:127.0.0.1,DNS:localhost
extendedKeyUsage=serverAuth
keyUsage=digitalSignature
authorityKeyIdentifier=keyid
"""
SIGNS = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
"""Python demands these and an authority's key identifier since 3.13."""


def authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A new authority's certificate, and what a server of 127.0.0.1 shows that it has signed."""
    ca, ca_key, request, key, extensions, certificate = (
        folder / name for name in ("ca.pem", "ca.key", "server.csr", "server.key", "server.ext", "server.pem")
    )
    extensions.write_text(EXTENSIONS)
    _openssl("req", "-x509", *_new_key(ca_key), "-subj", "/CN=Private CA", *SIGNS, "-days", "2", "-out", ca)
    _openssl("req", *_new_key(key), "-subj", "/CN=127.0.0.1", "-out", request)
    signer = ("-CA", ca, "-CAkey", ca_key, "-CAcreateserial")
    _openssl("x509", "-req", "-in", request, *signer, "-days", "1", "-extfile", extensions, "-out", certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return ca, server


def _new_key(path: Path) -> tuple[str | Path, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
