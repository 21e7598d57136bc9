"""The service that faces residents and professionals, and the only part of Voordeur that the internet reaches."""

API_VERSION = "1.0.0"
