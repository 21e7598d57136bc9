"""The headers every answer has, also the one that tells of a fault."""

from __future__ import annotations

from fastapi import Request, Response

from api import API_VERSION


def with_headers(request: Request, response: Response) -> Response:
    """The response with our headers; a page that needs others has set them already."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if request.url.path.startswith("/api/"):
        headers["API-Version"] = API_VERSION
        headers.setdefault("Cache-Control", "no-store")
    elif not request.url.path.startswith("/static/"):
        headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        )
    return response
