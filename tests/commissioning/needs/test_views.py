import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.needs import demo
from commissioning.needs.models import NeedsFigure
from commissioning.organisations.roles import Role
from tests.factories import make_seat


@pytest.fixture
def reader(client_for, db):
    demo.load()
    return client_for(make_seat(Role.COMMISSIONER))


def test_the_figures_stand_under_their_topics_with_source_and_care(reader):
    page = reader.get("/needs/").content.decode()
    assert "Source: Domestic Abuse Executive Group update, Kent County Council, March 2010." in page
    assert "£317 million" in page
    assert "43 figures" in page


def test_the_page_is_for_people_who_signed_in(client, db):
    assert client.get("/needs/").status_code == 302


def test_the_file_holds_bare_numbers_and_the_same_filter(reader):
    response = reader.get("/needs/", {"topic": "Prevalence", "format": "csv"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1][1:5] == ["Women and girls who experienced domestic abuse in the last year", "54773", "11000", "people"]
    assert len(rows) == 4


@pytest.mark.parametrize("query", ["search=%00", "topic=none", "scope=' OR 1=1--", "page=-1", "page=x", "format=x", "search=%E2%80%AE"])
def test_a_filter_that_cannot_be_read_shows_the_list(reader, query):
    assert reader.get(f"/needs/?{query}").status_code == 200


def test_nothing_found_says_how_to_go_on(reader):
    assert "No figure has these words" in reader.get("/needs/?search=zzzz").content.decode()


def test_the_page_costs_the_same_with_one_and_with_many(reader, django_assert_num_queries):
    reader.get("/needs/")
    with CaptureQueriesContext(connection) as many:
        reader.get("/needs/")
    NeedsFigure.objects.exclude(code="marac-2010-11").delete()
    with django_assert_num_queries(len(many)):
        reader.get("/needs/")
    assert len(many) <= 15
