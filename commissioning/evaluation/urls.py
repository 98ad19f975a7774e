from django.urls import path

from commissioning.evaluation.views import marking, moderation, overview, results

app_name = "evaluation"
LOT = "<str:reference>/lot/<int:lot>/"
urlpatterns = [
    path("", overview.index, name="list"),
    path("outcomes/", results.outcomes, name="outcomes"),
    path("outcomes/<str:bid>/", results.outcome, name="outcome"),
    path("<str:reference>/", overview.tender, name="tender"),
    path("<str:reference>/interests/", overview.declare, name="declare"),
    path("<str:reference>/close/", moderation.close, name="close"),
    path(LOT, moderation.lot, name="lot"),
    path(f"{LOT}begin/", moderation.begin, name="begin"),
    path(f"{LOT}confirm/", moderation.confirm, name="confirm"),
    path(f"{LOT}result/", results.result, name="result"),
    path(f"{LOT}result/explained/", results.explain, name="explain"),
    path(f"{LOT}award/", results.decide, name="decide"),
    path(f"{LOT}bidder/<str:letter>/", marking.mark, name="mark"),
    path(f"{LOT}bidder/<str:letter>/record/", moderation.offer, name="offer"),
    path(f"{LOT}bidder/<str:letter>/agreed/", moderation.agree, name="agree"),
    path(f"{LOT}bidder/<str:letter>/document/<int:number>/", marking.document, name="document"),
]
