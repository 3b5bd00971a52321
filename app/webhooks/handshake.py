"""The handshake: whoever wants to be notified shows that he does (reference §13)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from app.webhooks.posting import NoAnswerError, Poster
from app.webhooks.targets import TargetError
from odata.errors import RuleError

_TARGET = "notificationUrl"
_HEADERS = {"Content-Type": "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class WebReceivers:
    """Asks receivers by HTTP."""

    poster: Poster

    def check(self, url: str) -> None:
        """Refuse an address to which nothing may be sent."""
        try:
            self.poster.policy.check(url)
        except TargetError as error:
            raise _refusal(str(error)) from error

    def confirm(self, url: str) -> None:
        """Refuse an address that does not answer 200 with the token as the body."""
        token = secrets.token_urlsafe(32)
        mark = "&" if urlsplit(url).query else "?"
        try:
            answer = self.poster.post(f"{url}{mark}validationToken={token}", b"", _HEADERS)
        except NoAnswerError as error:
            raise _refusal(str(error)) from error
        if answer.status != HTTPStatus.OK:
            raise _refusal(f"the validation request was answered with status {answer.status}")
        if answer.body.strip() != token.encode():
            raise _refusal("the validation request was not answered with its validationToken")


def _refusal(reason: str) -> RuleError:
    return RuleError(f"The notification URL cannot be used: {reason}.", target=_TARGET)
