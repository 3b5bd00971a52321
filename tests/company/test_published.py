"""Every term that ``$metadata`` publishes is true: the server is asked for each of them."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
from PIL import Image

from models.access_role import DatabaseRoles
from odata.edm.grants import READ, Grant
from tests.company.conftest import COMPANY, Clerk
from tests.company.metadata import EDM, simple
from tests.company.published import (
    ADATUM,
    CAPABILITIES,
    CORE,
    MEASURES,
    VALIDATION,
    Bodies,
    Place,
    Published,
    annotations_of,
    make_bodies,
    read_published,
)
from tests.integration.callers import with_roles
from tests.integration.service import Service

PATTERN = f"{VALIDATION}.Pattern"
MINIMUM, MAXIMUM = f"{VALIDATION}.Minimum", f"{VALIDATION}.Maximum"
ALLOWED = f"{VALIDATION}.AllowedValues"
ACCEPTABLE, MEDIA = f"{CORE}.AcceptableMediaTypes", f"{CORE}.MediaType"
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
LEFT_OUT = "NonFilterableProperties"
NEEDLESS_ESCAPE = re.compile(r"\\[\"'<>@,;:=!#%&~`-]")
FLAGS = {"Insert": "Insertable", "Update": "Updatable", "Delete": "Deletable"}
COMPUTED, COMPUTED_DEFAULT = f"{CORE}.Computed", f"{CORE}.ComputedDefaultValue"
# Texts of many forms: each pattern takes one of them and refuses another.
TEXTS = ("US", "12", "2:2", "1M", "a@b.cd", "", " ", "a", "a b", "-1", "12345678901234567")
UNSET = (None, "", 0, False, " ", "00000000-0000-0000-0000-000000000000", "0001-01-01", {})
# Enumerations whose value follows another property; that of others is their first.
_FOLLOWING = ("lineType",)


@pytest.fixture
def published(clerk: Clerk) -> Published:
    return read_published(clerk.client.get("/api/v2.0/$metadata").text)


@pytest.fixture
def bodies(clerk: Clerk) -> Bodies:
    return make_bodies(clerk)


def refusal(clerk: Clerk, bodies: Bodies, place: Place, value: object) -> str | None:
    """The sentence that refuses a value for a property, if one does."""
    if place.entity_set == "companyInformation":
        (row,) = clerk.rows("companyInformation")
        response = clerk.patch(f"companyInformation({row['id']})", {place.name: value})
    else:
        given = bodies.new(place.entity_set)
        response = clerk.post(place.entity_set, {**given, place.name: value})
    error = response.json.get("error", {})
    details = error.get("details", [error])
    found = (item["message"] for item in details if item.get("target") == place.name)
    return next((text for text in found if not text.startswith("The record in table")), None)


def test_what_a_declaration_leaves_out_is_refused_and_nothing_else(clerk, published, bodies):
    places = published.with_term(PATTERN, MINIMUM, MAXIMUM, ALLOWED)
    counted = Counter(term for place in places for term in place.terms)
    assert counted[PATTERN] > 40
    assert counted[MINIMUM] > 10
    assert (counted[MAXIMUM], counted[ALLOWED]) == (6, 1)
    for place in places:
        for value, is_refused in probes(place):
            found = refusal(clerk, bodies, place, value)
            assert (found is not None) is is_refused, (place.entity_set, place.name, value, found)


def probes(place: Place) -> Iterator[tuple[str, bool]]:
    """Values with whether they are refused: of another form, or just beyond a bound."""
    step = Decimal(1).scaleb(-int(place.element.get("Scale", "0")))
    for term, value in place.terms.items():
        if term == PATTERN:
            pattern = re.compile(value, re.ASCII)
            assert not NEEDLESS_ESCAPE.search(value), value
            yield next(text for text in TEXTS if not pattern.search(text)), True
            yield next(text for text in TEXTS if pattern.search(text)), False
        elif term in (MINIMUM, MAXIMUM):
            yield str(Decimal(value) + (step if term == MAXIMUM else -step)), True
            yield value, False
        elif term == ALLOWED:
            yield "Other", True
            yield from ((item["Value"], False) for item in value)


def test_a_form_holds_whatever_way_a_value_comes(clerk):
    wrong, own = {"email": "x"}, f"{COMPANY}/customers({ADATUM})"
    delta = {"@context": "#$delta", "value": [{"id": ADATUM, **wrong}]}
    contact = {"displayName": "x", **wrong}
    client, tagged = clerk.client, {"If-Match": "*"}
    ways = (
        client.patch(own, json=wrong, headers=tagged),
        client.put(f"{own}/email", json={"value": "x"}, headers=tagged),
        client.patch(
            f"{COMPANY}/customers/$filter(number eq '10000')/$each", json=wrong, headers=tagged
        ),
        client.patch(f"{COMPANY}/customers", json=delta, headers={"OData-Version": "4.01"}),
        client.post(f"{COMPANY}/customers", json={"displayName": "x", "contacts": [contact]}),
    )

    assert [way.status_code for way in ways] == [400] * 5
    assert all('"x\\" is not valid' in way.text for way in ways)


def test_exactly_what_is_said_to_have_a_computed_default_gets_one(clerk, published, bodies):
    found, declared = {}, {}
    for entity_set, terms in published.sets().items():
        if not terms[f"{CAPABILITIES}.InsertRestrictions"]["Insertable"]:
            continue
        places = {item.name: item for item in published.properties(entity_set)}
        found[entity_set] = {
            name
            for body in bodies.of(entity_set)
            for name, value in clerk.create(entity_set, body).items()
            if name in places.keys() - body.keys() and _is_found(places[name], value)
        }
        declared[entity_set] = {
            name for name, item in places.items() if COMPUTED_DEFAULT in item.terms
        }
    assert found == declared


def _is_found(place: Place, value: object) -> bool:
    """Whether the value is neither computed, nor none, nor the same for every entity."""
    is_same = str(value) == place.element.get("DefaultValue", "-")
    is_first = ".NAV." in str(place.element.get("Type")) and place.name not in _FOLLOWING
    return not (COMPUTED in place.terms or value in UNSET or is_same or is_first)


def test_amounts_and_quantities_have_the_currency_and_unit_that_the_paths_lead_to(clerk, published):
    for place in published.with_term(f"{MEASURES}.ISOCurrency", f"{MEASURES}.Unit"):
        path = place.terms.get(f"{MEASURES}.ISOCurrency") or place.terms[f"{MEASURES}.Unit"]
        if path == "%":
            continue
        rows = clerk.rows(
            place.entity_set,
            _compute=f"{path} as measure",
            _select="measure",
            _filter=f"{place.name} ne 0",
            _top="5",
        )
        assert all(row["measure"] for row in rows), place


def test_media_types_are_those_that_are_taken_and_given(clerk, published):
    (place,) = [item for item in published.with_term(ACCEPTABLE) if item.entity_set == "pictures"]
    content = f"customers({ADATUM})/picture/{place.name}"
    formats = dict(zip(("bmp", "gif", "jpeg", "png", "webp"), FORMATS, strict=True))
    given = {}
    for media in place.terms[ACCEPTABLE]:
        kind = media.partition("/")[2]
        octets = picture(formats.get(kind, "PNG"))
        headers = {"If-Match": "*", "Content-Type": media}
        sent = clerk.client.patch(f"{COMPANY}/{content}", data=octets, headers=headers)
        shown = clerk.get(f"customers({ADATUM})/picture")[place.terms[f"{CORE}.MediaType"]]
        given[media] = (sent.status_code, shown == clerk.ask(f"{content}").mimetype)
    headers = {"If-Match": "*", "Content-Type": "text/plain"}
    refused = clerk.client.patch(f"{COMPANY}/{content}", data=b"x", headers=headers)

    assert len(given) == 6
    assert set(given.values()) == {(204, True)}
    assert refused.status_code == 415


def picture(form: str) -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, form)
    return out.getvalue()


def test_streams_of_one_type_have_it(clerk, published):
    (place,) = [item for item in published.with_term(MEDIA) if item.entity_set == "pdfDocument"]
    key = clerk.create("salesInvoices", {"customerId": ADATUM})["id"]
    shown = clerk.ask(f"salesInvoices({key})/pdfDocument/{place.name}")

    assert (shown.status_code, shown.mimetype) == (200, place.terms[MEDIA])
    disposition = place.terms[f"{CORE}.ContentDisposition"]
    assert disposition == {"Type": shown.headers["Content-Disposition"]}


def test_sets_do_what_their_annotations_say(clerk, published):
    """Lists that demand a filter, bodies that demand a property, methods that are allowed."""
    for name, terms in published.sets().items():
        demands = terms.get(f"{CAPABILITIES}.FilterRestrictions", {}).get("RequiresFilter", False)
        assert (clerk.ask(name, _top="1").status_code == 400) is demands, name
        insert = terms[f"{CAPABILITIES}.InsertRestrictions"]
        update = terms[f"{CAPABILITIES}.UpdateRestrictions"]
        created = clerk.post(name, {})
        assert (created.status_code in (403, 405)) is not insert["Insertable"], name
        for path in insert.get("RequiredProperties", ()):
            assert f'A \\"{path}\\" must be provided.' in created.text, (name, path)
        if update["Updatable"]:
            assert update["UpdateMethod"].split() == [
                f"{CAPABILITIES}.HttpMethod/{item}" for item in ("PATCH", "PUT")
            ]
            assert clerk.patch(f"{name}({ADATUM[:-4]}dead)", {}).status_code == 404, name
            assert update["Upsertable"] is False
        delta = clerk.client.patch(
            f"{COMPANY}/{name}",
            json={"@context": "#$delta", "value": []},
            headers={"OData-Version": "4.01"},
        )
        assert (delta.status_code < 300) is update.get("DeltaUpdateSupported", False), name


def test_lists_take_what_is_not_restricted(clerk, published):
    for name, terms in published.sets().items():
        filtered = terms.get(f"{CAPABILITIES}.FilterRestrictions", {})
        sorted_ = terms[f"{CAPABILITIES}.SortRestrictions"]
        searched = terms.get(f"{CAPABILITIES}.SearchRestrictions", {"Searchable": True})
        refused = [
            *(
                clerk.ask(name, _filter=f"length({path}) gt 1")
                for path in filtered.get(LEFT_OUT, ())
            ),
            *(clerk.ask(name, _orderby=path) for path in sorted_.get("NonSortableProperties", ())),
            *(() if searched["Searchable"] else (clerk.ask(name, _search="x"),)),
        ]
        assert all(item.status_code in (400, 501) for item in refused), name
        if searched["Searchable"] and "RequiresFilter" not in filtered:
            assert clerk.ask(name, _search="x", _top="1").status_code == 200, name


def test_contained_collections_have_the_restrictions_of_their_sets(published):
    (found,) = published.schema.findall(f".//{EDM}EntitySet[@Name='companies']")
    along = annotations_of(found)[f"{CAPABILITIES}.NavigationRestrictions"]["RestrictedProperties"]
    sets = published.sets()
    assert {item["NavigationProperty"] for item in along} == set(sets)
    for item in along:
        own = sets[item["NavigationProperty"]]
        for verb, flag in FLAGS.items():
            name = f"{verb}Restrictions"
            assert item[name][flag] is own[f"{CAPABILITIES}.{name}"][flag]
        has_tag = f"{CORE}.OptimisticConcurrency" in own
        assert item["OptimisticConcurrencyControl"] is has_tag


def test_ids_are_canonical_urls_that_can_be_read(clerk, published):
    container = published.container()
    assert container[f"{CORE}.ConventionalIDs"] is container[f"{CORE}.DereferenceableIDs"] is True
    full = {"Accept": "application/json;odata.metadata=full"}
    for name, terms in published.sets().items():
        if f"{CAPABILITIES}.FilterRestrictions" in terms:
            continue
        rows = clerk.client.get(f"{COMPANY}/{name}?$top=1", headers=full).json["value"]
        for row in rows:
            path = row["@odata.id"]
            assert re.fullmatch(rf"companies\([-0-9a-f]+\)/{name}\([^/]+\)", path), path
            assert clerk.client.get(f"/api/v2.0/{path}").status_code == 200, path


def test_changes_take_the_options_that_are_said(clerk, published):
    options = published.container()[f"{CAPABILITIES}.ModificationQueryOptions"]
    asked = {
        "ExpandSupported": "$expand=paymentTerm",
        "SelectSupported": "$select=number",
        "ComputeSupported": "$compute=1 add 1 as two",
        "FilterSupported": "$filter=true",
        "SearchSupported": "$search=x",
        "SortSupported": "$orderby=number",
    }
    taken = {
        name: clerk.patch(f"customers({ADATUM})?{option}", {"city": "x"}).status_code == 200
        for name, option in asked.items()
    }
    assert taken == options


def test_deep_writes_are_taken_and_content_ids_not_given_back(clerk, published):
    container = published.container()
    deep = {"Supported": True, "ContentIDSupported": False}
    assert container[f"{CAPABILITIES}.DeepInsertSupport"] == deep
    assert container[f"{CAPABILITIES}.DeepUpdateSupport"] == deep
    own = {"dimensionCode": "DEPARTMENT", "dimensionValueCode": "SALES", "@Core.ContentID": "7"}
    body = {"displayName": "x", "defaultDimensions": [own], "@Core.ContentID": "5"}
    created = clerk.create("customers?$expand=defaultDimensions", body)
    headers = {"If-Match": "*", "OData-Version": "4.01"}
    changed = clerk.client.patch(
        f"{COMPANY}/customers({created['id']})?$expand=defaultDimensions",
        json={"defaultDimensions": []},
        headers=headers,
    )

    assert len(created["defaultDimensions"]) == 1
    assert "ContentID" not in str(created)
    assert changed.json["defaultDimensions"] == []


def test_the_headers_and_query_options_that_are_listed_are_read(clerk, published):
    container = published.container()
    headers = [item["Name"] for item in container[f"{CAPABILITIES}.CustomHeaders"]]
    options = [item["Name"] for item in container[f"{CAPABILITIES}.CustomQueryOptions"]]
    body, path = {"displayName": "x"}, "/api/v2.0/customers"
    named = {"company": "CRONUS USA, Inc."}
    once = {**named, "Idempotency-Key": "k1"}
    first, second = (clerk.client.post(path, json=body, headers=once) for _ in range(2))
    looking = {**named, "Data-Access-Intent": "ReadOnly"}

    assert (headers, options) == (["company", "Idempotency-Key", "Data-Access-Intent"], ["company"])
    assert clerk.client.get(path).status_code == 400
    assert clerk.client.get(path, headers=named).status_code == 200
    assert clerk.client.get(f"{path}?company=CRONUS USA, Inc.").status_code == 200
    assert first.json["id"] == second.json["id"]
    assert clerk.client.post(path, json=body, headers=looking).status_code == 400


def test_json_tells_the_same(clerk, published):
    schema = clerk.client.get("/api/v2.0/$metadata?$format=json").json["Microsoft.NAV"]
    told = {
        (kind, name): definition
        for kind, members in schema.items()
        if isinstance(members, dict) and members.get("$Kind") == "EntityType"
        for name, definition in members.items()
        if isinstance(definition, dict)
    }
    for place in published.with_term(PATTERN, MINIMUM, MAXIMUM, COMPUTED_DEFAULT):
        (kind,) = {
            simple(item.get("EntityType"))
            for item in published.schema.findall(f".//{EDM}EntitySet")
            if item.get("Name") == place.entity_set
        }
        for term, value in place.terms.items():
            found = told[kind, place.name][f"@{term}"]
            assert found == value or str(found) == value or found == {"$Path": value}, (place, term)


def test_a_path_to_what_is_hidden_is_not_told(clerk):
    DatabaseRoles().put("looker", Grant("companies"))
    DatabaseRoles().put("looker", Grant("customers", READ, frozenset({"currencyCode"})))
    looker = with_roles(Service(clerk.client), "looker")
    text = looker.ask("$metadata").text

    assert 'Name="balance"' in text
    assert "ISOCurrency" not in text
