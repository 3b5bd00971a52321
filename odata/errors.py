"""Every failure that a client can see.

    ODataError
      BadRequestError                400  the request contradicts the protocol or the model
        UriSyntaxError                    text that the grammar does not know (with its position)
        UriSemanticError                  names and types that the model does not know
        EvaluationError                   what the database cannot compute
        PayloadError                      a body that cannot be read; carries all its faults
        RuleError                         a rule of the domain says no
        PreconditionInvalidError          If-Match is absent or is no entity tag
      UnauthorizedError              401
      ForbiddenError                 403
      NotFoundError                  404
        MalformedKeyError                 a key predicate that is no literal of its type
      MethodNotAllowedError          405  (with ``Allow``)
      NotAcceptableError             406
      TimeoutExceededError           408
      ConflictError                  409
        EntityChangedError           409  or 412: the entity tag is stale
        DuplicateKeyError            409
      GoneError                      410  a link that has expired
      PreconditionFailedError        412
      PayloadTooLargeError           413
      UriTooLongError                414
      UnsupportedMediaTypeError      415
      UnprocessableError             422
      FailedDependencyError          424
      PreconditionRequiredError      428
      TooManyRequestsError           429
      InternalError                  500
      NotImplementedYetError         501  known to the grammar, not built
      ServiceUnavailableError        503
        TransactionLostError         503  undone for the sake of another one

Codes are those of Business Central (Business Central reference §9.2), because its
clients compare them; statuses are those of OData Protocol 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One fault among several of the same request."""

    code: str
    message: str
    target: str | None = None


class ODataError(Exception):
    """A failure with a status, a code and a sentence for the person who reads it; ``position``
    is where it stands in the text of its target."""

    status: ClassVar[int] = 500
    code: str = "Internal_ServerError"

    def __init__(
        self,
        message: str,
        *,
        target: str | None = None,
        details: tuple[ErrorDetail, ...] = (),
        code: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.target = target
        self.position = position
        self.details = details
        self.headers = headers
        if code is not None:
            self.code = code

    @property
    def http_status(self) -> int:
        """The status of this very failure; a class may let an instance choose."""
        return self.status

    def as_detail(self) -> ErrorDetail:
        """The failure as one of several."""
        return ErrorDetail(self.code, self.message, self.target)


class BadRequestError(ODataError):
    """The request is understood and wrong."""

    status = 400
    code = "BadRequest"


class UriSyntaxError(BadRequestError):
    """Text that the grammar does not know, with the option and the position."""

    def __init__(
        self,
        message: str,
        *,
        target: str | None = None,
        position: int | None = None,
        expected: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, target=target, position=position)
        self.expected = expected


class UriSemanticError(BadRequestError):
    """A name or a type in the URL that the model does not know."""


class EvaluationFault(Enum):
    """Why a value cannot be computed."""

    DIVISION = "divides by zero"
    RANGE = "leaves the range of its type"
    OTHER = "cannot be evaluated"


class EvaluationError(BadRequestError):
    """An expression that is well-formed and has no value for some row."""

    def __init__(self, fault: EvaluationFault) -> None:
        super().__init__(f"an expression {fault.value}")
        self.fault = fault


class PayloadError(BadRequestError):
    """A body that cannot be read; ``details`` names every fault."""


class RuleError(BadRequestError):
    """A rule of the domain refuses the change."""

    code = "Application_DialogException"


class PreconditionInvalidError(BadRequestError):
    """If-Match is missing or holds no entity tag."""

    code = "BadRequest_InvalidToken"


class UnauthorizedError(ODataError):
    """The caller is not known."""

    status = 401
    code = "Authentication_InvalidCredentials"


class ForbiddenError(ODataError):
    """The caller is known and may not do this."""

    status = 403
    code = "Authorization_RequestDenied"


class NotFoundError(ODataError):
    """No resource at this path."""

    status = 404
    code = "BadRequest_ResourceNotFound"


class MalformedKeyError(NotFoundError):
    """A key predicate whose text is no literal of the key's type."""

    code = "BadRequest_NotFound"


class MethodNotAllowedError(ODataError):
    """The resource exists and does not answer this method."""

    status = 405
    code = "BadRequest_MethodNotAllowed"

    def __init__(self, message: str, *, allowed: tuple[str, ...]) -> None:
        super().__init__(message, headers=(("Allow", ", ".join(allowed)),))
        self.allowed = allowed


class NotAcceptableError(ODataError):
    """No representation that the client accepts."""

    status = 406
    code = "BadRequest_NotAcceptable"


class TimeoutExceededError(ODataError):
    """The statement ran longer than it may."""

    status = 408
    code = "Application_OperationTimeout"


class ConflictError(ODataError):
    """The state of the resource stands against the change."""

    status = 409
    code = "Request_Conflict"


class EntityChangedError(ConflictError):
    """The entity tag is stale; answered with 409 or, by setting, 412.

    ``changed`` names the properties that changed since the caller's tag (None: not known),
    ``conflicting`` those among them that the caller changes too.
    """

    code = "Request_EntityChanged"

    def __init__(
        self,
        message: str = "Another user has already changed the record.",
        *,
        mismatch_status: int = 409,
        details: tuple[ErrorDetail, ...] = (),
        current_tag: str | None = None,
        changed: tuple[str, ...] | None = None,
        conflicting: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, details=details)
        self.mismatch_status = mismatch_status
        self.current_tag = current_tag
        self.changed = changed
        self.conflicting = conflicting

    @property
    def http_status(self) -> int:
        """The status by setting."""
        return self.mismatch_status


class DuplicateKeyError(ConflictError):
    """Another entity has this key already."""

    code = "Internal_EntityWithSameKeyExists"


class GoneError(ODataError):
    """A link that has expired."""

    status = 410
    code = "Request_LinkExpired"


class PreconditionFailedError(ODataError):
    """A condition other than the entity tag of an update does not hold."""

    status = 412
    code = "Request_PreconditionFailed"


class PayloadTooLargeError(ODataError):
    """The body is longer than it may be."""

    status = 413
    code = "Request_EntityTooLarge"


class UriTooLongError(ODataError):
    """The request target is longer than it may be."""

    status = 414
    code = "BadRequest_InvalidRequestUrl"


class UnsupportedMediaTypeError(ODataError):
    """The body is of a type that this resource does not read."""

    status = 415
    code = "BadRequest_UnsupportedMediaType"


class UnprocessableError(ODataError):
    """The body can be read and contradicts itself."""

    status = 422
    code = "BadRequest_Unprocessable"


class FailedDependencyError(ODataError):
    """A request of the same batch failed on which this one depends."""

    status = 424
    code = "BadRequest_FailedDependency"


class PreconditionRequiredError(ODataError):
    """If-Match is missing, where strict statuses are switched on."""

    status = 428
    code = "BadRequest_InvalidToken"


class TooManyRequestsError(ODataError):
    """More requests than the caller may send."""

    status = 429
    code = "Application_TooManyRequests"


class InternalError(ODataError):
    """A defect of the service."""


class NotImplementedYetError(ODataError):
    """Legal OData that this service recognises and does not serve."""

    status = 501
    code = "BadRequest_MethodNotImplemented"


class ServiceUnavailableError(ODataError):
    """The database is away or busy."""

    status = 503
    code = "Internal_TenantUnavailable"


class TransactionLostError(ServiceUnavailableError):
    """The database has undone a transaction for the sake of another one, which goes first: the
    same changes may be made again at once."""
