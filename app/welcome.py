"""What the server says when it is ready: where it is, and three requests to try."""

from __future__ import annotations

from app.auth import DEVELOPMENT_TOKEN
from models.demo.identifiers import ADATUM, CRONUS

_TEXT = """
Kontor is ready.

  Service    {root}
  Metadata   {root}/$metadata
  Health     {host}/health/ready
  Token      {token}   (for this machine only)

Try it:

  curl -H 'Authorization: Bearer {token}' '{root}/companies'

  curl -H 'Authorization: Bearer {token}' \\
    '{customers}?$filter=blocked%20eq%20%27%20%27%20and%20balance%20gt%200&$orderby=balance%20desc&$top=20&$select=number,displayName,balance,overdueAmount'

  curl -X PATCH -H 'Authorization: Bearer {token}' -H 'If-Match: *' \\
    -H 'Content-Type: application/json' -d '{{"phoneNumber":"+1-404-555-0199"}}' \\
    '{customers}({customer})'

"""


def welcome(address: str, port: int) -> str:
    """The text for those who try the service out."""
    host = f"http://{_name(address)}:{port}"
    root = f"{host}/api/v2.0"
    return _TEXT.format(
        host=host,
        root=root,
        customers=f"{root}/companies({CRONUS})/customers",
        customer=ADATUM,
        token=DEVELOPMENT_TOKEN,
    )


def _name(address: str) -> str:
    # An address for all interfaces is none that a client can ask.
    if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address
