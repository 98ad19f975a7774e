from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from commissioning.audit.actions import exported
from commissioning.audit.forms import TrailForm
from commissioning.audit.permissions import can_read_values, reads_every_trail
from commissioning.audit.queries import entry_of, trail_of
from commissioning.audit.tables import changes_table, entry_rows, history_url, trail_file, trail_table
from commissioning.kernel.tables import table_response
from commissioning.kernel.views import page_of, wanted_format
from commissioning.organisations.guards import signed_in


@signed_in
def trail(request: HttpRequest) -> HttpResponseBase:
    """Everything that was done, as far as the reader may see it: searched, filtered, page by page or as a file."""
    form = TrailForm(request.GET)
    found = trail_of(request.seat, form.wanted())
    if format_ := wanted_format(request):
        exported(by=request.seat, what="The audit trail", format_=format_)
        return table_response(trail_file(found.iterator(2000), request.seat), format_, "audit-trail")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": trail_table(page, request.seat),
        "every": reads_every_trail(request.seat),
        "thing": form.thing(),
    }
    return render(request, "commissioning/audit/trail.html", context)


@signed_in
def entry(request: HttpRequest, hash_: str) -> HttpResponseBase:
    """One entry, whole. Its address is its hash."""
    found = entry_of(request.seat, hash_)
    if found is None:
        raise Http404
    changes = changes_table(found) if can_read_values(request.seat) and (found.before or found.after) else None
    context = {"entry": found, "rows": entry_rows(found), "changes": changes, "history": history_url(found)}
    return render(request, "commissioning/audit/entry.html", context)
