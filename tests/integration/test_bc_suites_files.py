"""Business Central reference §17: pictures, attachments and document attachments."""

from __future__ import annotations

import base64

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.pictures import picture
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    NO_ID,
    STALE_TAG,
    UNKNOWN_ID,
    Service,
    error_of,
)

pytestmark = pytest.mark.conformance

OCTETS = {"Content-Type": "application/octet-stream", **ANY_TAG}
TEXT = {"Content-Type": "text/plain", **ANY_TAG}
PICTURED = {
    "Customer": ("customers", id_of(CRONUS, "customer", "10000")),
    "Item": ("items", id_of(CRONUS, "item", "1000")),
    "Vendor": ("vendors", id_of(CRONUS, "vendor", "10000")),
    "Employee": ("employees", id_of(CRONUS, "employee", "E0001")),
    "Contact": ("contacts", id_of(CRONUS, "contact", "CT000001")),
}
ATTACHED = {kind: place for kind, place in PICTURED.items() if kind != "Contact"}


def path_of(kind: str) -> str:
    set_name, key = PICTURED[kind]
    return f"{COMPANY}/{set_name}({key})"


# --- pictures ---------------------------------------------------------------------------------


@pytest.mark.bc("PicturesE2E")
@pytest.mark.parametrize("kind", PICTURED)
def test_a_picture_of_each_kind_is_uploaded_replaced_and_removed(service: Service, kind):
    target = f"{path_of(kind)}/picture"
    empty = service.get(target)
    assert (empty["width"], empty["height"], empty["contentType"]) == (0, 0, "")
    assert service.ask(f"{target}/pictureContent").status_code == 204

    first, second = picture(3, 2), picture(5, 4, "JPEG")
    for content, measures in ((first, (3, 2, "image/png")), (second, (5, 4, "image/jpeg"))):
        answer = service.send("PATCH", f"{target}/pictureContent", OCTETS, data=content)
        assert answer.status_code == 204
        found = service.get(target)
        assert (found["width"], found["height"], found["contentType"]) == measures
        assert found["parentType"] == kind
        assert service.ask(f"{target}/pictureContent").data == content

    assert service.delete(target).status_code == 204
    assert service.ask(f"{target}/pictureContent").status_code == 204
    assert service.get(target)["width"] == 0


@pytest.mark.bc("PicturesE2E")
@pytest.mark.parametrize("kind", PICTURED)
def test_a_picture_knows_whose_it_is(shared: Service, kind):
    set_name, key = PICTURED[kind]
    found = shared.get(f"{COMPANY}/{set_name}", f"$filter=id eq {key}&$expand=picture")["value"]
    assert [(row["picture"]["id"], row["picture"]["parentType"]) for row in found] == [(key, kind)]
    owner = kind.lower()
    row = shared.get(f"{COMPANY}/pictures({key})", f"$expand={owner}")
    assert row[owner]["id"] == key


@pytest.mark.parametrize("kind", ["Item", "Vendor", "Employee", "Contact"])
def test_a_picture_goes_with_its_owner(service: Service, kind):
    set_name, _ = PICTURED[kind]
    made = service.post(f"{COMPANY}/{set_name}", {"displayName": "Short-lived"})
    if kind == "Employee":
        made = service.post(f"{COMPANY}/{set_name}", {"givenName": "Short-lived"})
    target = f"{COMPANY}/{set_name}({made.json['id']})"
    sent = service.send("PATCH", f"{target}/picture/pictureContent", OCTETS, data=picture(1, 1))
    assert sent.status_code == 204
    assert service.delete(target).status_code == 204
    assert service.ask(f"{COMPANY}/pictures({made.json['id']})").status_code == 404


# --- document attachments ---------------------------------------------------------------------


@pytest.mark.bc("DocumentAttachE2E")
@pytest.mark.parametrize("kind", ATTACHED)
def test_a_document_is_attached_read_changed_and_removed(service: Service, kind):
    list_path = f"{path_of(kind)}/documentAttachments"
    made = service.post(list_path, {"fileName": "terms.txt"})
    assert made.status_code == 201, made.text
    row = made.json
    assert (row["fileName"], row["byteSize"], row["parentType"]) == ("terms.txt", 0, kind)
    assert row["parentId"] == PICTURED[kind][1]
    content = f"{list_path}({row['id']})/attachmentContent"
    assert service.ask(content).status_code == 204

    assert service.send("PATCH", content, TEXT, data=b"thirty days").status_code == 204
    answer = service.ask(content)
    assert (answer.data, answer.headers["Content-Type"]) == (b"thirty days", "text/plain")
    (found,) = service.rows("", list_path)
    assert found["byteSize"] == 11
    assert found["@odata.etag"] != row["@odata.etag"]
    assert found["attachmentContent@odata.mediaReadLink"].endswith(
        f"documentAttachments({row['id']})/attachmentContent"
    )

    target = f"{COMPANY}/documentAttachments({row['id']})"
    renamed = service.patch(target, {"fileName": "conditions.txt", "documentFlowSales": True})
    assert renamed.status_code == 200, renamed.text
    assert (renamed.json["fileName"], renamed.json["byteSize"]) == ("conditions.txt", 11)
    assert renamed.json["documentFlowSales"] is True
    assert service.delete(target).status_code == 204
    assert service.rows("", list_path) == []
    assert service.ask(content).status_code == 404


@pytest.mark.bc("DocumentAttachE2E")
def test_a_document_is_attached_by_naming_its_parent(service: Service):
    _, key = PICTURED["Customer"]
    body = {"fileName": "a.pdf", "parentType": "Customer", "parentId": key}
    made = service.post(f"{COMPANY}/documentAttachments", body)
    assert (made.status_code, made.json["parentType"]) == (201, "Customer")
    listed = service.rows(f"$filter=parentId eq {key}", f"{COMPANY}/documentAttachments")
    assert [row["id"] for row in listed] == [made.json["id"]]
    expanded = service.get(path_of("Customer"), "$expand=documentAttachments")
    assert [row["id"] for row in expanded["documentAttachments"]] == [made.json["id"]]


@pytest.mark.bc("DocumentAttachE2E")
def test_content_may_come_with_the_name(service: Service):
    content = base64.b64encode(b"inline").decode()
    body = {"fileName": "inline.txt", "attachmentContent": content}
    made = service.post(f"{path_of('Item')}/documentAttachments", body)
    assert made.status_code == 201, made.text
    target = f"{COMPANY}/documentAttachments({made.json['id']})"
    assert service.get(target)["byteSize"] == 6
    assert service.ask(f"{target}/attachmentContent").data == b"inline"
    changed = service.patch(target, {"attachmentContent": base64.b64encode(b"more").decode()})
    assert (changed.status_code, changed.json["byteSize"]) == (200, 4)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "You must specify a parentId in the request body."),
        ({"parentId": NO_ID}, "You must specify a parentId in the request body."),
        ({"parentId": UNKNOWN_ID}, 'The "parentId" does not match to any entity.'),
        (
            {"parentId": PICTURED["Customer"][1], "parentType": "Vendor"},
            'The "parentId" does not match to any entity.',
        ),
        ({"parentId": PICTURED["Customer"][1], "attachmentContent": "§"}, None),
    ],
)
@pytest.mark.bc("DocumentAttachE2E")
def test_an_attachment_needs_a_parent(shared: Service, given, expected):
    answer = shared.post(f"{COMPANY}/documentAttachments", {"fileName": "x.txt", **given})
    assert answer.status_code == 400
    if expected:
        assert error_of(answer)[2] == expected


def test_a_name_that_files_cannot_have_is_replaced(service: Service):
    target = f"{path_of('Vendor')}/documentAttachments"
    names = ("", "a/b.txt", "..", 'what?"', "tab\tulator", "fine name (2).txt")
    found = [service.post(target, {"fileName": name}).json["fileName"] for name in names]
    assert found == [*["filename.txt"] * 5, "fine name (2).txt"]


@pytest.mark.bc("DocumentAttachE2E", "AttachmentsE2E")
@pytest.mark.parametrize("set_name", ["documentAttachments", "attachments"])
def test_the_parent_of_an_attachment_stays(service: Service, set_name):
    order = a_quote(service)
    list_path = f"{COMPANY}/salesQuotes({order})/{set_name}"
    made = service.post(list_path, {"fileName": "a.txt"}).json
    target = f"{COMPANY}/{set_name}({made['id']})"
    for name, value in (("parentId", UNKNOWN_ID), ("parentType", "Sales Order")):
        answer = service.patch(target, {name: value})
        assert error_of(answer) == (
            400,
            "Application_DialogException",
            f"You cannot change the value of the key field {name}.",
        )
    assert error_of(service.patch(target, {"id": UNKNOWN_ID}))[1:] == (
        "Application_DialogException",
        "You cannot change the value of the key field id.",
    )
    kept = service.patch(target, {"fileName": "b.txt"}).json
    assert (kept["fileName"], kept["parentId"]) == ("b.txt", order)


@pytest.mark.bc("DocumentAttachE2E", "AttachmentsE2E")
@pytest.mark.parametrize("set_name", ["documentAttachments", "attachments"])
def test_attachments_are_listed_by_parent_only(shared: Service, set_name):
    assert error_of(shared.ask(f"{COMPANY}/{set_name}")) == (
        400,
        "Application_DialogException",
        "You must get to the parent first to get to the document attachments.",
    )


@pytest.mark.parametrize(("headers", "status"), [({}, 400), (STALE_TAG, 409)])
def test_the_content_of_an_attachment_needs_the_current_tag(service: Service, headers, status):
    list_path = f"{path_of('Customer')}/documentAttachments"
    made = service.post(list_path, {"fileName": "a.txt"}).json
    content = f"{list_path}({made['id']})/attachmentContent"
    sent = {"Content-Type": "application/octet-stream", **headers}
    assert service.send("PATCH", content, sent, data=b"x").status_code == status
    current = {**sent, "If-Match": made["@odata.etag"]}
    assert service.send("PATCH", content, current, data=b"x").status_code == 204


@pytest.mark.bc("AttachmentsE2E")
@pytest.mark.parametrize(
    ("set_name", "kind"),
    [
        ("salesQuotes", "Sales Quote"),
        ("salesOrders", "Sales Order"),
        ("salesInvoices", "Sales Invoice"),
    ],
)
def test_a_file_of_a_document_is_kept_until_the_document_goes(service: Service, set_name, kind):
    body = {"customerId": PICTURED["Customer"][1]}
    document = service.post(f"{COMPANY}/{set_name}", body).json["id"]
    list_path = f"{COMPANY}/{set_name}({document})/attachments"
    made = service.post(list_path, {"fileName": "scan.png"}).json
    assert made["parentType"] == kind
    content = f"{list_path}({made['id']})/attachmentContent"
    assert service.send("PATCH", content, OCTETS, data=b"\x00\x01").status_code == 204
    assert [row["byteSize"] for row in service.rows("", list_path)] == [2]
    assert service.delete(f"{COMPANY}/{set_name}({document})").status_code == 204
    assert service.ask(f"{COMPANY}/attachments({made['id']})").status_code == 404


def a_quote(service: Service) -> str:
    body = {"customerId": PICTURED["Customer"][1]}
    return str(service.post(f"{COMPANY}/salesQuotes", body).json["id"])
