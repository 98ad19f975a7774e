import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.areas import demo
from tests.factories import make_area


@pytest.fixture
def kent(db):
    demo.load()


def test_anybody_reads_the_areas_of_today(client, kent):
    page = client.get("/areas/").content.decode()
    assert "Folkestone and Hythe" in page
    assert "Shepway until 31 March 2018" in page
    assert page.count('<rect class="chart__series-') == 12
    assert page.count('<rect class="chart__limit"') == 1


def test_the_areas_as_they_were_on_another_day(client, kent):
    page = client.get("/areas/", {"on_day": "31", "on_month": "3", "on_year": "2018"}).content.decode()
    assert "On Saturday 31 March 2018" in page
    assert "Folkestone and Hythe since 1 April 2018" in page


def test_before_the_areas_the_page_says_so(client, kent):
    page = client.get("/areas/?on=2016-01-01").content.decode()
    assert "No contract area was in force" in page


@pytest.mark.parametrize(
    "query",
    ["on_day=31&on_month=2&on_year=2018", "on_day=x&on_month=&on_year=", "on=99999-01-01", "on_year=2e3", "on=%00", "format=exe", "on="],
)
def test_a_day_that_cannot_be_read_shows_today(client, kent, query):
    response = client.get(f"/areas/?{query}")
    assert response.status_code == 200
    assert "Ashford" in response.content.decode()


def test_the_table_comes_as_a_file_with_the_names_of_the_day(client, kent):
    response = client.get("/areas/?on=2018-03-31&format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 14
    assert ["Shepway", "E07000112", "Ashford, Canterbury and Folkestone and Hythe", "Folkestone and Hythe since 1 April 2018"] in rows
    assert "areas-2018-03-31.csv" in response["Content-Disposition"]


def test_the_page_costs_the_same_with_few_and_with_many(client, db, django_assert_num_queries):
    make_area()
    client.get("/areas/")
    with CaptureQueriesContext(connection) as few:
        client.get("/areas/")
    for _ in range(4):
        make_area(districts=4)
    with django_assert_num_queries(len(few)):
        client.get("/areas/")
    assert len(few) <= 15
