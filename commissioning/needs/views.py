from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from commissioning.kernel.views import page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.needs.forms import FigureFilter
from commissioning.needs.queries import figures
from commissioning.needs.tables import by_topic, file_table
from commissioning.organisations.exports import export
from commissioning.organisations.guards import signed_in


@signed_in
def index(request: HttpRequest) -> HttpResponseBase:
    form = FigureFilter(request.GET)
    found = figures(**form.chosen())
    if wanted := wanted_format(request):
        return export(request, file_table(found), wanted, "needs-figures")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "counted": plural(page.paginator.count, "figure"),
        "topics": by_topic(page),
    }
    return render(request, "commissioning/needs/list.html", context)
