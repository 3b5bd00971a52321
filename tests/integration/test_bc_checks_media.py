"""Business Central reference §11.4 and §18, check 63: pictures of customers."""

from __future__ import annotations

import pytest

from models.picture import NO_PICTURE_TAG
from tests.integration.pictures import JPEG, PNG, picture
from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    UNKNOWN_ID,
    Service,
    customer,
    customer_id,
    error_of,
    without,
)

pytestmark = pytest.mark.conformance

ADATUM = customer("10000")
PICTURE = f"{ADATUM}/picture"
CONTENT = f"{PICTURE}/pictureContent"
OCTETS = {"Content-Type": "application/octet-stream", "If-Match": "*"}
MEASURES = ("width", "height", "contentType")


def put(service: Service, content: bytes, target: str = CONTENT, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.send("PATCH", target, OCTETS | named, data=content)


def measures(service: Service, target: str = PICTURE):
    row = service.get(target)
    return tuple(row[name] for name in MEASURES)


@pytest.mark.bc(63)
def test_a_customer_without_picture_has_empty_measures(shared: Service):
    body = shared.get(PICTURE)

    link = f"http://localhost/api/v2.0/{COMPANY}/pictures({customer_id('10000')})/pictureContent"
    assert body == {
        "@odata.context": f"http://localhost/api/v2.0/$metadata#{ADATUM}/picture",
        "@odata.etag": f'W/"{NO_PICTURE_TAG}"',
        "id": customer_id("10000"),
        "parentType": "Customer",
        "width": 0,
        "height": 0,
        "contentType": "",
        "pictureContent@odata.mediaEditLink": link,
        "pictureContent@odata.mediaReadLink": link,
    }


@pytest.mark.parametrize("name", ["pictureContent", "content"])
@pytest.mark.bc(63)
def test_no_picture_is_no_content(shared: Service, name):
    answer = shared.ask(f"{PICTURE}/{name}")

    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    ("content", "measured"), [(PNG, (5, 4, "image/png")), (JPEG, (7, 3, "image/jpeg"))]
)
@pytest.mark.bc(63)
def test_a_picture_is_measured_and_comes_back_as_it_was(
    service: Service, method, content, measured
):
    answer = service.send(method, CONTENT, OCTETS, data=content)

    assert (answer.status_code, answer.data) == (204, b"")
    assert measures(service) == measured
    got = service.ask(CONTENT)
    assert (got.status_code, got.data) == (200, content)
    assert got.headers["Content-Type"] == measured[2]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"] == "inline"
    assert got.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    "target",
    [
        f"{PICTURE}/content",
        f"{PICTURE}({customer_id('10000')})/pictureContent",
        f"{COMPANY}/pictures({customer_id('10000')})/pictureContent",
    ],
)
def test_a_picture_has_several_addresses(service: Service, target):
    assert put(service, PNG, target).status_code == 204

    assert service.ask(target).data == PNG
    assert service.ask(CONTENT).data == PNG


def test_the_links_of_a_picture_lead_to_its_bytes(service: Service):
    put(service, PNG)

    link = service.get(PICTURE)["pictureContent@odata.mediaReadLink"]

    assert service.ask(link.removeprefix("http://localhost")).data == PNG


def test_customers_are_found_by_having_a_picture(service: Service):
    put(service, PNG)

    found = service.get(f"{CUSTOMERS}?$filter=picture/pictureContent ne null&$select=number")

    assert [item["number"] for item in found["value"]] == ["10000"]


def test_an_expanded_picture_shows_its_measures(service: Service):
    put(service, PNG)

    shown = service.get(ADATUM, "$expand=picture")["picture"]

    assert shown == without(service.get(PICTURE), "@odata.context")


@pytest.mark.parametrize("target", [PICTURE, CONTENT])
@pytest.mark.bc(63)
def test_a_picture_can_be_taken_away(service: Service, target):
    put(service, PNG)

    answer = service.delete(target)

    assert (answer.status_code, answer.data) == (204, b"")
    assert service.ask(CONTENT).status_code == 204
    assert measures(service) == (0, 0, "")


def test_the_customer_keeps_its_tag_when_its_picture_changes(service: Service):
    before = service.tag(ADATUM)

    put(service, PNG)

    assert service.tag(ADATUM) == before


def test_a_picture_has_tags_of_its_own(service: Service):
    first = put(service, PNG).headers["ETag"]
    second = put(service, JPEG, If_Match=first).headers["ETag"]

    assert first != second
    assert error_of(put(service, PNG, If_Match=first))[:2] == (409, "Request_EntityChanged")
    assert service.get(PICTURE)["@odata.etag"] == second
    assert service.delete(PICTURE, first).status_code == 409
    assert service.delete(PICTURE, second).status_code == 204


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
@pytest.mark.bc(63)
def test_a_picture_needs_a_tag(shared: Service, method):
    answer = shared.send(method, CONTENT, {"Content-Type": "image/png"}, data=PNG)

    assert error_of(answer)[:2] == (400, "BadRequest_InvalidToken")
    assert measures(shared) == (0, 0, "")


@pytest.mark.bc(63)
def test_a_picture_cannot_be_posted(shared: Service):
    answer = shared.send("POST", CONTENT, OCTETS, data=PNG)

    assert error_of(answer) == (
        405,
        "BadRequest_MethodNotAllowed",
        (
            "'POST' requests for 'pictureContent' of EdmType 'Primitive' are not allowed within "
            "Dynamics 365 Business Central OData web services."
        ),
    )


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, 400),
        (b"<script>alert(1)</script>", {"Content-Type": "image/png"}, 400),
        (b"", {}, 400),
        (PNG[:20], {}, 400),
        (PNG, {"Content-Type": "text/html"}, 415),
        (PNG, {"Content-Type": "application/json"}, 415),
        (PNG, {"Content-Encoding": "gzip"}, 415),
        (b"\x89PNG" + b"\0" * 21_000_000, {}, 413),
        (picture(9000, 6000), {}, 400),
    ],
)
def test_what_is_no_picture_is_refused(shared: Service, content, headers, status):
    answer = shared.send("PATCH", CONTENT, OCTETS | headers, data=content)

    assert error_of(answer)[0] == status
    assert measures(shared) == (0, 0, "")


def test_the_list_of_all_pictures_needs_a_parent(shared: Service):
    assert error_of(shared.ask(f"{COMPANY}/pictures")) == (
        400,
        "Application_DialogException",
        "You must get to the parent first to get to the picture.",
    )


@pytest.mark.parametrize(
    "target",
    [
        f"{CUSTOMERS}({UNKNOWN_ID})/picture",
        f"{CUSTOMERS}({UNKNOWN_ID})/picture/pictureContent",
        f"{OTHER_COMPANY}/customers({customer_id('10000')})/picture/pictureContent",
        f"{OTHER_COMPANY}/pictures({customer_id('10000')})/pictureContent",
        f"{PICTURE}/..%2f..%2fetc%2fpasswd",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_picture_of_nobody_is_not_found(shared: Service, target, method):
    answer = shared.send(method, target, OCTETS, data=PNG if method == "PATCH" else b"")

    assert answer.status_code == 404
