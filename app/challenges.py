"""Refusals of callers: 401 with its challenges, 403 and 429 with their headers.

Answers follow RFC 6750 3: no error attribute where no credentials were sent. Every reason is
answered alike; which one it was stands in the log of access.
"""

from __future__ import annotations

from odata.errors import ForbiddenError, TooManyRequestsError, UnauthorizedError

REALM = "Kontor"
INSUFFICIENT_SCOPE = ("WWW-Authenticate", f'Bearer realm="{REALM}", error="insufficient_scope"')
# As Business Central challenges, and its clients may expect.
_BASIC = 'Basic realm="Business Central", charset="UTF-8"'
_MESSAGE = "The server has rejected the client credentials."


def unauthorized(*, error: str | None = None, basic: bool) -> UnauthorizedError:
    """The 401, with each way in which the caller may show who he is."""
    bearer = f'Bearer realm="{REALM}"' + (f', error="{error}"' if error else "")
    offered = (bearer, _BASIC) if basic else (bearer,)
    headers = tuple(("WWW-Authenticate", challenge) for challenge in offered)
    return UnauthorizedError(_MESSAGE, headers=headers)


def without_roles() -> ForbiddenError:
    """The 403 for somebody who is known and may do nothing."""
    return ForbiddenError(
        "Sorry, the current permissions prevented the action. "
        "(The credentials carry no role that is known here.)",
        headers=(INSUFFICIENT_SCOPE,),
    )


def too_many_failures(seconds: int) -> TooManyRequestsError:
    """The 429 for somebody who has failed too often."""
    return TooManyRequestsError(
        "too many sign-ins have failed; try again later", headers=(("Retry-After", str(seconds)),)
    )
