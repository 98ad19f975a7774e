"""Setting up a fund. What everybody reads of it stands under the same address, in `funders/statements/urls.py`."""

from django.urls import path

from funders.pool.views import funds, parts, versions

app_name = "fund_setup"
urlpatterns = [
    path("new/", funds.new, name="new"),
    path("<slug:code>/setup/", funds.workshop, name="workshop"),
    path("<slug:code>/setup/details/", funds.details, name="details"),
    path("<slug:code>/setup/open/", funds.open_to_partners, name="open"),
    path("<slug:code>/setup/lines/add/", parts.add_line, name="add_line"),
    path("<slug:code>/setup/lines/<int:line>/", parts.change_line, name="line"),
    path("<slug:code>/setup/lines/<int:line>/remove/", parts.remove_line, name="remove_line"),
    path("<slug:code>/setup/sources/add/", parts.add_source, name="add_source"),
    path("<slug:code>/setup/sources/<int:money>/", parts.change_source, name="source"),
    path("<slug:code>/setup/sources/<int:money>/remove/", parts.remove_source, name="remove_source"),
    path("<slug:code>/setup/shares/", parts.shares, name="shares"),
    path("<slug:code>/setup/members/", parts.members, name="members"),
    path("<slug:code>/setup/version/", versions.put_into_force, name="put_into_force"),
    path("<slug:code>/setup/version/prepare/", versions.prepare, name="prepare"),
    path("<slug:code>/setup/version/drop/", versions.drop, name="drop"),
    path("<slug:code>/versions/", versions.index, name="versions"),
]
