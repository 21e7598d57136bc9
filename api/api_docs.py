"""`/api/docs`: every operation of the API on one page of our own, without a script or a file from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, StrictUndefined

router = APIRouter(include_in_schema=False)

_PAGE = Environment(autoescape=True, undefined=StrictUndefined).from_string("""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{{ title }} API {{ version }}</title></head>
<body><h1>{{ title }} API {{ version }}</h1>
<p>For programs: <a href="/api/v1/openapi.json">OpenAPI</a>. Errors are <code>application/problem+json</code> (RFC 9457).</p>
{% for tag, operations in groups.items() %}<h2>{{ tag }}</h2><dl>
{% for method, path, text in operations %}<dt><code>{{ method }} {{ path }}</code></dt><dd>{{ text }}</dd>
{% endfor %}</dl>{% endfor %}</body></html>
""")


@router.get("/api/docs")
async def api_docs(request: Request) -> Response:
    """The page."""
    schema = request.app.openapi()
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, methods in schema["paths"].items():
        prefix = methods.get("servers", schema["servers"])[0]["url"].rstrip("/")
        for method, operation in methods.items():
            if method == "servers":
                continue
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append((method.upper(), prefix + path, operation.get("description", "")))
    about = schema["info"]
    return Response(_PAGE.render(title=about["title"], version=about["version"], groups=groups), media_type="text/html")
