"""Every component and every kind of field on a few pages: for the accessibility checks and for looking at."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from crispy_forms.layout import Fieldset
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commissioning.home.queries import Home
from commissioning.home.registry import Tile
from commissioning.kernel import forms
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import LONDON
from commissioning.organisations.guards import public_page

SECTORS = [
    ("health", "Health", "Hospitals, general practice, mental health"),
    ("cjs", "Criminal justice", "Police, prosecution, probation"),
]


class EverythingForm(forms.PortalForm):
    submit_label = "Pledge"
    amount = forms.MoneyField(label="How much will you pay?", named="your contribution", hint="Your share by the formula is £321,416.67.")
    cases = forms.CountField(label="Cases supported", hint="Everybody supported in the quarter, once each.")
    share = forms.PercentField(label="Share of victims who felt safer", required=False)
    due = forms.DayField(label="Day of payment", named="the day of payment", hint="For example, 4 12 2026.")
    closes = forms.MomentField(label="Deadline", hint="London time, for example 4 12 2026 at 12:00.")
    sector = forms.RadioField(label="Which sector pays?", named="the sector that pays", choices=SECTORS)
    district = forms.ChoiceField(label="District", choices=[("ashford", "Ashford"), ("dover", "Dover")])
    needs = forms.ChoicesField(label="Which needs do you meet?", named="the needs that you meet", choices=SECTORS)
    title = forms.TextField(label="Short title", named="the short title", width="20")
    reason = forms.LongTextField(label="Reason", words=20, hint="Other partners can read this.")
    email = forms.EmailField(label="E-mail address")
    workbook = forms.FileField(label="Workbook", named="the workbook", hint="An Excel or CSV file, smaller than 10 MB.", required=False)
    agree = forms.TickField(label="I may commit this money for my organisation", named="that you may commit this money")

    def layout(self) -> list[Any]:
        money = Fieldset("The money", "amount", "cases", "share", "due", "closes")
        return [money, "sector", "district", "needs", "title", "reason", "email", "workbook", "agree"]


class SearchForm(forms.FilterForm):
    q = forms.SearchField(label="Search", width="20")
    district = forms.ChoiceField(
        label="District", choices=[("ashford", "Ashford"), ("dover", "Dover")], empty="Every district", required=False
    )


def example_table() -> Table:
    columns = [
        Column("area", "Contract area", "link"),
        Column("state", "State", "tag"),
        Column("bids", "Bids", "count"),
        Column("value", "Yearly value", "money"),
        Column("change", "Change", "percent"),
        Column("due", "Return due", "day"),
    ]
    rows = [
        {
            "area": Link("North Kent", "#n"),
            "state": Tag("On target", "green"),
            "bids": 3,
            "value": Decimal("321416.67"),
            "change": Decimal("4.2"),
            "due": datetime.date(2026, 12, 4),
        },
        {
            "area": Link("West Kent", "#w"),
            "state": Tag("Watch", "amber"),
            "bids": 12,
            "value": Decimal("183666.67"),
            "change": Decimal("-31.1"),
            "due": datetime.date(2026, 12, 4),
        },
        {
            "area": Link("South and East Kent", "#s"),
            "state": Tag("Late", "red"),
            "bids": 1300,
            "value": Decimal("45916.66"),
            "change": Decimal("0"),
            "due": datetime.date(2027, 1, 15),
        },
    ]
    total = {"area": "All areas", "bids": 1315, "value": Decimal("551000.00")}
    return Table(columns, rows, caption="Lots and their bids", total=total, notes=["Source: Commissioning report 2012, table 4."])


def context() -> dict[str, Any]:
    job = SimpleNamespace(state="running", done_steps=3, total_steps=7, message="Drawing the charts", reference="JOB-7K3M9QXD")
    failed = SimpleNamespace(state="failed", message="", reference="JOB-7K3M9QXE")
    page = Paginator(range(1000), 50).page(5)
    page.query = "q=kent"
    moment = datetime.datetime(2026, 12, 4, 12, tzinfo=LONDON)
    return {
        "table": example_table(),
        "job": job,
        "failed": failed,
        "page": page,
        "moment": moment,
        "search": SearchForm({"q": "idva"}),
        "rows": [
            {"key": "Contribution", "value": "£321,416.67", "action_url": "#a", "note": "7 parts of 12"},
            {"key": "Agreed by", "value": "Head of finance\nFriday 4 December 2026"},
        ],
        "tasks": [
            {"title": "North Kent", "url": "#1", "status": "Completed"},
            {"title": "West Kent", "url": "#2", "status": "Incomplete", "colour": "teal", "hint": "2 of 5 answers"},
            {"title": "Check and send", "status": "Cannot start yet"},
        ],
        "steps": [
            {"title": "Draft", "state": "done", "note": "1 October 2026"},
            {"title": "Published", "state": "done"},
            {"title": "Open for bids", "state": "now", "note": "closes in 12 days"},
            {"title": "Evaluation", "state": "later"},
            {"title": "Award", "state": "later"},
        ],
    }


@public_page
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/components.html", context())


@public_page(post=True)
def form(request: HttpRequest) -> HttpResponse:
    shown = EverythingForm(request.POST or None, request.FILES or None, cancel_url="/", version=3)
    shown.is_valid()
    return render(request, "gallery/form.html", {"form": shown})


@public_page
def home(request: HttpRequest) -> HttpResponse:
    tiles = [
        Tile("Return for Q2 2026/27", "in 3 days", "West Kent: 4 of 10 measures entered.", "#r", urgent=True, group="Returns"),
        Tile("Question on one figure", "1", "The commissioner asks about 'Felt safer' of Q1.", "#q", urgent=True, group="Returns"),
    ]
    calm = [
        Tile("Pooled fund 2026/27", "£551,000", "£92,400.00 is still to find.", "#f", group="Money"),
        Tile("Received", "63%", "Three partners have paid.", "#p", group="Money"),
        Tile("Quarterly report Q1", "Published", "Read by 14 people.", "#s"),
    ]
    return render(request, "commissioning/home/home.html", {"home": Home(tiles, calm)})
