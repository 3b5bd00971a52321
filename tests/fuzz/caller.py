"""Who sends the requests, and what it must not reach."""

from __future__ import annotations

import datetime

from models.access import DatabaseTokens, TokenRequest
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind
from models.demo.identifiers import MY_COMPANY
from tests.fuzz.corpus import ROOT
from tests.fuzz.request import Request
from tests.fuzz.senders import Sender


def writer_token(url: str, company: str) -> str:
    """A token that may write to one company."""
    bind(open_database(url))
    wanted = TokenRequest("fuzz", frozenset({"writer"}), frozenset({company}))
    text = DatabaseTokens().create(wanted, datetime.datetime.now(datetime.UTC))
    discard_connection()
    return text


def other_company(sender: Sender) -> bytes:
    """What the company holds that the token does not reach."""
    target = f"{ROOT}/companies({MY_COMPANY})/customers?$expand=defaultDimensions"
    answer = sender.send(Request("GET", target, {"Authorization": "Bearer kontor-dev"}))
    assert answer.status == 200
    return answer.body
