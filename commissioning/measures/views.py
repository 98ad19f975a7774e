from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from commissioning.kernel.tables import FORMATS, table_response
from commissioning.measures.queries import measures_by_section
from commissioning.measures.tables import measures_table
from commissioning.organisations.guards import public_page


@public_page
def measures(request: HttpRequest) -> HttpResponseBase:
    """What every figure of a return means: open to all, so that a reader of a report can look it up."""
    sections = measures_by_section()
    if (format_ := request.GET.get("format", "")) in FORMATS:
        table = measures_table(measure for _, found in sections for measure in found)
        return table_response(table, format_, "measures")
    return _page(request, sections)


def _page(request: HttpRequest, sections: list) -> HttpResponse:
    return render(request, "commissioning/measures/measures.html", {"sections": sections})
