"""The documents about the service, asked again."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("target", ["$metadata", "$metadata?$format=json"])
def test_known_metadata_are_not_sent_again(service, target):
    tag = service.get(target).header("ETag")

    answer = service.get(target, if_none_match=tag)

    assert (answer.status, answer.body, answer.header("ETag")) == (304, b"", tag)


def test_both_forms_have_tags_of_their_own(service):
    xml, json = service.get("$metadata"), service.get("$metadata?$format=json")

    assert xml.header("ETag") != json.header("ETag")


def test_metadata_advertise_the_depth_of_expand(service):
    assert b'<PropertyValue Property="MaxLevels" Int="5" />' in service.get("$metadata").body


@pytest.mark.parametrize(
    "target", ["", "$metadata", "employees", "employees(1)", "employees/$count"]
)
def test_every_answer_tells_what_it_depends_on(service, target):
    assert service.get(target).header("Vary") == "Accept, OData-MaxVersion, Prefer"
