"""Pages that must come even when nothing else works: no database, no session, no seat."""

from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import select_template

BARE = """<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>{title}</title>
<main><h1>{title}</h1><p>{text}</p><p>Reference {reference}</p></main></html>"""


def plain_page(request: HttpRequest, status: int, *, title: str, text: str, reference: str, retry_after: int | None = None) -> HttpResponse:
    """A page of our own for this status (templates/errors/STATUS.html, else a bare one); JSON for the API and for scripts."""
    said = {"title": title, "text": text, "reference": reference}
    response = JsonResponse({**said, "status": status}, status=status) if _wants_json(request) else _page(status, said)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = build_policy()
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/health/")) or not request.accepts("text/html")


def _page(status: int, said: dict[str, Any]) -> HttpResponse:
    context = {**said, "support_email": settings.SUPPORT_EMAIL, "demo": settings.DEMO}
    try:
        body = select_template([f"errors/{status}.html", f"{status}.html"]).render(context)
    except TemplateDoesNotExist:
        body = BARE.format(**said)
    return HttpResponse(body, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a slip of ours, with the number under which the log has it."""
    return plain_page(
        request,
        500,
        title="Sorry, something went wrong",
        text="The fault is ours and has been noted. What you sent just now was not saved; everything before it is safe.",
        reference=getattr(request, "id", ""),
    )
