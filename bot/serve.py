"""Serves the trained assistant on this machine only. `rasa run` would need its token on the command line, where others can see it.

VOORDEUR_ASSISTANT_TOKEN=... .venv-assistant/bin/python -m bot.serve MODEL PORT
"""

from __future__ import annotations

import logging
import os
import sys

import rasa
from rasa.utils.log_utils import configure_structlog


def main() -> None:
    """Starts Rasa with our endpoints and the gateway channel. Raises `SystemExit` when an argument or the token is missing."""
    if len(sys.argv) != 3 or not os.environ.get("VOORDEUR_ASSISTANT_TOKEN"):
        raise SystemExit("Set VOORDEUR_ASSISTANT_TOKEN and give the model and the port: python -m bot.serve MODEL PORT")
    # Without this Rasa's own logger writes every message and slot at debug level.
    logging.basicConfig(level=logging.WARNING)
    configure_structlog(logging.WARNING)
    rasa.run(
        sys.argv[1],
        "endpoints.yml",
        credentials="credentials.yml",
        interface="127.0.0.1",
        port=int(sys.argv[2]),
        auth_token=os.environ["VOORDEUR_ASSISTANT_TOKEN"],
        enable_api=True,
    )


if __name__ == "__main__":
    main()
