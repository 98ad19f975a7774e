"""What every view needs: try an action, turn the pages of a list, send a file."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db import DatabaseError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import content_disposition_header

from commissioning.kernel.constraints import in_words
from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.kernel.tables import FORMATS

Result = TypeVar("Result")
View = TypeVar("View", bound=Callable[..., Any])
ROWS_A_PAGE = 50


def attempt(form: BaseForm, action: Callable[..., Result], **kwargs: Any) -> Result | bool | None:
    """Do it. A refusal becomes an error on the form and None comes back; success brings the action's result, or True.

    The action runs in a savepoint: what it did before it was refused is undone, and the request can still answer.
    """
    try:
        with transaction.atomic():
            result = action(**kwargs)
    except Refusal as refusal:
        _say(form, refusal)
    except DatabaseError as error:
        found = in_words(error)
        if found is None:
            raise
        _say(form, found)
    else:
        return True if result is None else result
    return None


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """A page whose files may be larger than UPLOAD_MAX_BYTES. The page for what is too large to send says this limit."""

    def marked(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return marked


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even if that is nothing; None while the page is only read."""
    return request.POST if request.method == "POST" else None


def _say(form: BaseForm, refusal: Refusal) -> None:
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal))
    if isinstance(refusal, StaleEdit) and refusal.version is not None:
        form.renew(refusal.version)  # type: ignore[attr-defined]  # the next save is against what the person has now been told of


class ListPage(Page):
    """One page of a list. `query` is what a link to another page keeps: the filter without the page number."""

    query: str = ""


def page_of(request: HttpRequest, rows: Any, rows_a_page: int = ROWS_A_PAGE) -> ListPage:
    """The page asked for by `?page=`; a number that is not there leads to the nearest one."""
    paginator = Paginator(rows, rows_a_page)
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    number = max(1, min(number, paginator.num_pages))
    found = ListPage(paginator.page(number).object_list, number, paginator)
    found.query = query_without(request, "page")
    return found


def query_without(request: HttpRequest, *names: str) -> str:
    """The address's query without these names: "a=1&b=2", or ""."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def wanted_format(request: HttpRequest) -> str | None:
    """ "csv" or "xlsx" when the list is wanted as a file (`?format=`), else None."""
    asked = request.GET.get("format")
    return asked if asked in FORMATS else None


def file_response(content: bytes, filename: str, content_type: str, *, inline: bool = False) -> HttpResponse:
    """A file of the portal's own making (a report as PDF, say); what people uploaded goes by `uploads.download`."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, filename) or "inline"
    return response
