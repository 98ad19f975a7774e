from django.urls import path

from funders.accounts import views

app_name = "accounts"
urlpatterns = [
    path("<slug:code>/", views.fund, name="fund"),
    path("<slug:code>/statement.pdf", views.fund_pdf, name="fund_pdf"),
    path("<slug:code>/360giving.json", views.grants, name="grants"),
    path("<slug:code>/<slug:funder>/", views.giver, name="giver"),
    path("<slug:code>/<slug:funder>/statement.pdf", views.giver_pdf, name="giver_pdf"),
]
