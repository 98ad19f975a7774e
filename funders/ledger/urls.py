from django.urls import path

from funders.ledger import views

app_name = "ledger"
urlpatterns = [path("<slug:code>/", views.ledger, name="ledger")]
