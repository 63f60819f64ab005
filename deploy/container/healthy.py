"""Ends with 0 when the service in this container is ready to answer."""

import os
import ssl
import sys
from urllib.request import urlopen

TIMEOUT_S = 5

scheme = "https" if os.environ.get("OCCODER_TLS") else "http"
port = os.environ.get("OCCODER_PORT", "8080")
# It asks on loopback, where the name in the certificate is not expected.
unverified = ssl.create_default_context()
unverified.check_hostname = False
unverified.verify_mode = ssl.CERT_NONE

try:
    with urlopen(
        f"{scheme}://127.0.0.1:{port}/health/ready", timeout=TIMEOUT_S, context=unverified
    ):
        pass
except OSError as error:
    sys.exit(str(error))
