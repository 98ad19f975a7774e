from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from commissioning.areas.forms import DayForm
from commissioning.areas.queries import areas_on, districts_on
from commissioning.areas.tables import area_table, tile_map
from commissioning.kernel.tables import table_response
from commissioning.kernel.views import wanted_format
from commissioning.organisations.guards import public_page


@public_page
def index(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    form = DayForm(request.GET or None, initial={"on": today})
    day = form.day(today)
    districts = districts_on(day)
    table = area_table(districts, day)
    if wanted := wanted_format(request):
        return table_response(table, wanted, f"areas-{day.isoformat()}")
    areas = areas_on(day, districts)
    context = {"form": form, "day": day, "today": today, "areas": areas, "table": table, "map": tile_map(districts, areas)}
    return render(request, "commissioning/areas/list.html", context)
