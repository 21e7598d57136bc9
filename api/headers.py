"""The headers every answer has, also the one that tells of a fault."""

from __future__ import annotations

from fastapi import Request, Response

from api import API_VERSION


def with_headers(request: Request, response: Response) -> Response:
    """The response with our headers; a page that needs others has set them already."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    if request.url.scheme == "https":
        # A year, as the NCSC advises. Whether the organisation's other hosts are ready for it is not for us to say: no subdomains.
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.url.path.startswith("/api/"):
        headers["API-Version"] = API_VERSION
        headers.setdefault("Cache-Control", "no-store")
    if not request.url.path.startswith("/static/"):
        headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        )
    return response
