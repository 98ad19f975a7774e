from django.urls import path

from commissioning.bids import views
from commissioning.bids.views import opening

app_name = "bids"
urlpatterns = [
    path("", views.index, name="list"),
    path("tenders/<slug:reference>/", views.start, name="start"),
    path("receipts/<slug:receipt>/", views.receipt, name="receipt"),
    path("documents/<slug:reference>/", views.document, name="document"),
    path("documents/<slug:reference>/take-back/", views.take_back, name="take_back"),
    path("openings/<slug:reference>/", opening.consent, name="opening"),
    path("openings/<slug:reference>/minutes/", opening.minutes, name="minutes"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/lots/", views.lots, name="lots"),
    path("<slug:reference>/lots/<int:lot>/copy/", views.copy, name="copy"),
    path("<slug:reference>/lots/<int:lot>/questions/<int:criterion>/", views.answer, name="answer"),
    path("<slug:reference>/documents/", views.documents, name="documents"),
    path("<slug:reference>/check/", views.check, name="check"),
    path("<slug:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:reference>/hashes/", views.hashes, name="hashes"),
]
