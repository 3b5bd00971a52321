"""What there is to read, for programs that look for it: ``/llms.txt``.

Whoever may read the descriptions may read their list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint
from flask import Response as FlaskResponse

PATH = "/llms.txt"
_HEAD = """# Kontor

> Companies, customers and their neighbours as an OData 4.01 service that speaks like Business
> Central, and the same customers as plain REST.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its description for programs, by their paths."""

    title: str
    about: str
    page: str
    description: str


def create_blueprint(pages: Iterable[Page]) -> Blueprint:
    """The route of the list."""
    blueprint = Blueprint("reading_list", __name__)
    text = f"{_HEAD}\n## Descriptions\n\n{''.join(map(_lines, pages))}"

    @blueprint.get(PATH)
    def listed() -> FlaskResponse:
        """The list as Markdown."""
        return FlaskResponse(text, 200, content_type="text/plain; charset=utf-8")

    return blueprint


def _lines(page: Page) -> str:
    return (
        f"- [{page.title}]({page.page}): {page.about}\n"
        f"- [{page.title}, OpenAPI]({page.description}): the same for programs\n"
    )
