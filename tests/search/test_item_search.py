"""Both databases cut the texts of values into the tokens that entities are found by."""

from __future__ import annotations

import pytest

from models.connection import open_database
from odata.query.search_terms import tokens_of
from odata.sql.dialects import dialect_of
from odata.sql.nodes import ConstantParameter, ParameterNode
from odata.sql.storage import Form, Storage

CORPUS = (
    "Adatum Corporation",
    "Zürich Zu\u0308rich STRASSE Straße",
    "ΣΊΣΥΦΟΣ Σίσυφος İstanbul ﬁne \uff26\uff55\uff4c\uff4c\uff11",
    "東京都 हिन्दी ภาษาไทย עִבְרִית العَرَبِيَّة 한국어",
    "o'neill-smith robert.townes@contoso.com +1 (425) 555-0100 1.250,75 €",
    "naïve_café\tx\u00a0y\u2028z\nw",
    "Ⅻ ½ ² ǅ ŉ ß ẞ ς 𐐀",
    "x" * 101 + " " + "é" * 120,
    "🙂 -- ",
    "",
)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def cut(request):
    """Gives the tokens that a database makes of a text."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    database = open_database(databases.empty())
    dialect = dialect_of(database)
    dialect.prepare(database)

    def cut(text):
        given = dialect.parameter(ParameterNode(ConstantParameter(text)), Storage(Form.TEXT))
        statement, parameters = database.get_sql_context().sql(dialect.search_tokens(given)).query()
        values = [parameter.value for parameter in parameters]
        return database.execute_sql(f"SELECT {statement}", values).fetchone()[0]

    yield cut
    database.close()
    databases.drop_all()


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_each_token_stands_between_blanks(cut, text):
    found = cut(text)

    assert found[0] == found[-1] == " "
    assert tuple(filter(None, found.split(" "))) == tokens_of(text)
