"""Batches in multipart/mixed, as real clients write them."""

import re

import pytest

from models.demo.identifiers import ADATUM, CRONUS

ROOT = "/api/v2.0"
CUSTOMERS = f"companies({CRONUS})/customers"
READ = f"GET {CUSTOMERS}({ADATUM})?$select=number HTTP/1.1\nAccept: application/json\n\n"
FAIL = "DELETE companies/nothing HTTP/1.1\n\n"


def create(name, content_id=None):
    inner = f"Content-ID: {content_id}\n" if content_id else ""
    return (
        f"Content-Type: application/http\nContent-Transfer-Encoding: binary\n{inner}\n"
        f"POST {CUSTOMERS} HTTP/1.1\nContent-Type: application/json\n\n"
        f'{{"displayName":"{name}"}}'
    )


def part(request):
    return f"Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n{request}"


def change_set(*parts):
    inner = "".join(f"--c\n{item}\n" for item in parts)
    return f"Content-Type: multipart/mixed; boundary=c\n\n{inner}--c--\n"


def envelope(*parts):
    return ("".join(f"--b\n{item}\n" for item in parts) + "--b--\n").replace("\n", "\r\n")


@pytest.fixture
def send(client):
    """Posts a multipart body."""

    def post(body, content_type="multipart/mixed; boundary=b", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        return client.post(f"{ROOT}/$batch", data=data, content_type=content_type, headers=names)

    return post


def statuses(answer):
    assert answer.status_code == 200, answer.text
    return [int(code) for code in re.findall(r"^HTTP/1.1 (\d+) ", answer.text, re.MULTILINE)]


def test_the_answer_has_the_structure_of_the_request(send):
    answer = send(envelope(part(READ), change_set(create("Batch", "1")), part(READ)))

    text = answer.text
    outer = answer.headers["Content-Type"].removeprefix("multipart/mixed; boundary=")
    assert outer.startswith("batchresponse_")
    assert text.count(f"--{outer}\r\n") == 3
    assert text.endswith(f"--{outer}--\r\n")
    inner = re.search(r"Content-Type: multipart/mixed; boundary=(changesetresponse_\S+)\r\n", text)
    assert text.count(f"--{inner[1]}\r\n") == 1
    assert statuses(answer) == [200, 201, 200]
    assert "Content-ID: 1\r\n" in text
    assert "HTTP/1.1 201 Created\r\n" in text


def test_a_part_begins_as_every_reader_expects(send):
    text = send(envelope(part(READ))).text

    head, _, body = text.partition("\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert head.partition("\r\n")[2] == (
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary"
    )
    headers, _, content = body.partition("\r\n\r\n")
    length = int(re.search(r"Content-Length: (\d+)", headers)[1])
    assert content[:length].endswith("}")
    assert content[length:].startswith("\r\n--batchresponse_")
    assert "OData-Version: 4.0" in headers


def test_a_failed_change_set_is_one_answer_and_leaves_nothing(send, customers):
    answer = send(envelope(change_set(create("Undone", "1"), part(FAIL)), part(READ)))

    assert statuses(answer) == [404]
    assert "changesetresponse" not in answer.text
    assert "Undone" not in customers()


def test_a_batch_goes_on_where_the_client_prefers_it(send, customers):
    body = envelope(change_set(create("Undone"), part(FAIL)), part(READ))

    answer = send(body, Prefer="odata.continue-on-error")

    assert statuses(answer) == [404, 200]
    assert "Undone" not in customers()


def test_a_new_entity_is_referred_to_by_its_content_id(send):
    patch = part(
        'PATCH $1 HTTP/1.1\nContent-Type: application/json\nIf-Match: *\n\n{"city":"Rome"}'
    )

    answer = send(envelope(change_set(create("Parent", "1"), patch)))

    assert statuses(answer) == [201, 200]
    assert '"city":"Rome"' in answer.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("\r\n" + envelope(part(READ)), id="an empty line before the first delimiter"),
        pytest.param("preamble\r\n" + envelope(part(READ)) + "epilogue", id="text around"),
        pytest.param(envelope(part(READ)) + "Group ID: $auto", id="text behind the last delimiter"),
        pytest.param(envelope(part(READ)).replace("\r\n", "\n"), id="bare line feeds"),
        pytest.param(envelope(part(READ)).removesuffix("\r\n"), id="no line end at the end"),
        pytest.param(envelope(part(READ)).replace(": ", ":"), id="no blank behind colons"),
        pytest.param(envelope(part(READ.replace(" HTTP/1.1", ""))), id="no version"),
        pytest.param(envelope(part(READ + "\n\n")), id="empty lines behind the headers"),
        pytest.param(envelope(part("\n" + READ)), id="an empty line before the request"),
        pytest.param(
            envelope(part(READ.replace("?$select=number", "?$select=number, city"))),
            id="a raw blank in the request line",
        ),
        pytest.param(envelope(part(READ.replace("$", "%24"))), id="an encoded dollar sign"),
        pytest.param(
            envelope(part(READ.replace(CUSTOMERS, f"http://localhost{ROOT}/{CUSTOMERS}"))),
            id="an absolute URL",
        ),
        pytest.param(
            envelope(part(READ.replace(CUSTOMERS, f"{ROOT}/{CUSTOMERS}"))), id="an absolute path"
        ),
        pytest.param(
            envelope(part(READ.replace(CUSTOMERS, f"/{CUSTOMERS}"))),
            id="a path from the service root",
        ),
    ],
)
def test_what_real_clients_send_is_read(send, body):
    assert statuses(send(body)) == [200]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(create("Real"), id="no Content-ID"),
        pytest.param(
            create("Real").replace("HTTP/1.1\n", "HTTP/1.1\nContent-Length: 15\n"),
            id="wrong length",
        ),
        pytest.param(create("Real").replace("\n\n{", "\n\n\n{"), id="an extra empty line"),
        pytest.param(
            create("Real").replace("HTTP/1.1\n", "HTTP/1.1\nContent-ID: 7\n"),
            id="Content-ID inside",
        ),
        pytest.param(
            create("Real").replace("application/json", "multipart/mixed; boundary=b"),
            id="the type of the envelope",
        ),
        pytest.param(create("Real").replace("Content-Type: application/json\n", ""), id="no type"),
    ],
)
def test_changes_of_real_clients_are_read(send, customers, change):
    assert statuses(send(envelope(change_set(change)))) == [201]
    assert "Real" in customers()


def test_a_change_may_stand_outside_a_change_set(send, customers):
    assert statuses(send(envelope(create("Alone")))) == [201]
    assert "Alone" in customers()


def test_a_content_id_is_echoed(send):
    text = send(envelope(change_set(create("One", "0.0"), create("Two", "1.0")))).text

    assert re.findall(r"Content-ID: (\S+)", text) == ["0.0", "1.0"]


def test_a_boundary_may_be_quoted(send):
    body = envelope(part(READ)).replace("--b", "--a b")

    assert statuses(send(body, 'multipart/mixed; boundary="a b"')) == [200]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(envelope(part(READ)), "multipart/mixed", id="no boundary"),
        pytest.param(
            envelope(part(READ)), "multipart/mixed; boundary=other", id="another boundary"
        ),
        pytest.param(envelope(part(READ)), f"multipart/mixed; boundary={'b' * 3000}", id="long"),
        pytest.param(
            envelope(part(READ)).replace("--b--", ""), "multipart/mixed; boundary=b", id="no end"
        ),
        pytest.param("", "multipart/mixed; boundary=b", id="nothing"),
        pytest.param(
            envelope(change_set(part(READ))),
            "multipart/mixed; boundary=b",
            id="GET in a change set",
        ),
        pytest.param(
            envelope(change_set(create("A")).replace("--c--", "")),
            "multipart/mixed; boundary=b",
            id="no end of the change set",
        ),
        pytest.param(
            envelope(change_set(create("A"))).replace("boundary=c", "boundary=b"),
            "multipart/mixed; boundary=b",
            id="one boundary for both",
        ),
        pytest.param(
            envelope(change_set(create("A", "1"), create("B", "1"))),
            "multipart/mixed; boundary=b",
            id="a Content-ID twice",
        ),
        pytest.param(
            envelope(part("BREW coffee HTTP/1.1\n\n")), "multipart/mixed; boundary=b", id="method"
        ),
        pytest.param(
            envelope("Content-Type: application/http\n\n\n"),
            "multipart/mixed; boundary=b",
            id="no request line",
        ),
        pytest.param(envelope("just text"), "multipart/mixed; boundary=b", id="no headers"),
        pytest.param(
            envelope(part(READ.replace("Accept: ", "Acc ept "))),
            "multipart/mixed; boundary=b",
            id="a broken header",
        ),
    ],
)
def test_what_is_malformed_is_refused_whole(send, customers, body, content_type):
    before = customers()

    answer = send(body, content_type)

    assert answer.status_code == 400
    assert customers() == before


def test_the_limit_holds_for_the_sum(send):
    parts = [create("Many") for _ in range(101)]

    assert send(envelope(change_set(*parts))).status_code == 400


def test_accepting_json_alone_is_heeded_at_4_01(send):
    body = envelope(part(READ))

    at_4_0 = send(body, Accept="application/json")
    at_4_01 = send(body, Accept="application/json", OData_MaxVersion="4.01")

    assert at_4_0.headers["Content-Type"].startswith("multipart/mixed")
    assert [item["status"] for item in at_4_01.json["responses"]] == [200]


def test_foreign_urls_are_never_fetched(send):
    body = envelope(part("GET http://example.com/api/v2.0/companies HTTP/1.1\n\n"))

    assert statuses(send(body)) == [400]


def test_a_batch_in_a_batch_is_refused(send):
    body = envelope(part("POST $batch HTTP/1.1\nContent-Type: application/json\n\n{}"))

    assert statuses(send(body)) == [400]
