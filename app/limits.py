"""The settings of what travels: how long requests and answers may be, and take."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings_reader import Reader

_MIB = 1024 * 1024
_GIB = 1024 * _MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest request that is read, in bytes, the patience with a slow one, and how much
    one value of an open type keeps."""

    url: int = 8190
    json_body: int = _MIB
    batch_body: int = 4 * _MIB
    media_body: int = 20 * _MIB
    token_body: int = 16 * 1024
    query_body: int = 64 * 1024
    json_depth: int = 32
    picture_pixels: int = 50_000_000
    header_fields: int = 100
    header_bytes: int = 8190
    connections: int = 1000
    batch_answer: int = 64 * _MIB
    read_timeout: int = 5
    write_timeout: int = 20
    transfer_timeout: int = 600
    held_requests: int = 256 * _MIB
    held_answers: int = _GIB
    dynamic_properties: int = 100
    dynamic_bytes: int = 65_536


def read_limits(reader: Reader) -> Limits:
    """The limits of the environment."""
    default = Limits()
    return Limits(
        # gunicorn reads no longer request line than this.
        url=reader.number("MAX_URL", default.url, 256, 8190),
        json_body=reader.number("MAX_JSON_BODY", default.json_body, 1024, _GIB),
        batch_body=reader.number("MAX_BATCH_BODY", default.batch_body, 1024, _GIB),
        media_body=reader.number("MAX_MEDIA_BODY", default.media_body, 1024, _GIB),
        token_body=reader.number("MAX_TOKEN_BODY", default.token_body, 1024, _MIB),
        query_body=reader.number("MAX_QUERY_BODY", default.query_body, 256, _MIB),
        json_depth=reader.number("MAX_JSON_DEPTH", default.json_depth, 2, 100),
        picture_pixels=reader.number(
            "MAX_PICTURE_PIXELS", default.picture_pixels, 1, 1_000_000_000
        ),
        header_fields=reader.number("MAX_HEADER_FIELDS", default.header_fields, 10, 1000),
        header_bytes=reader.number("MAX_HEADER_BYTES", default.header_bytes, 1024, 65_536),
        connections=reader.number("MAX_CONNECTIONS", default.connections, 10, 100_000),
        batch_answer=reader.number("MAX_BATCH_ANSWER", default.batch_answer, 1024, _GIB),
        read_timeout=reader.number("READ_TIMEOUT", default.read_timeout, 1, 600),
        write_timeout=reader.number("WRITE_TIMEOUT", default.write_timeout, 1, 600),
        transfer_timeout=reader.number("TRANSFER_TIMEOUT", default.transfer_timeout, 1, 86_400),
        held_requests=reader.number("MAX_HELD_REQUESTS", default.held_requests, _MIB, 900 * _GIB),
        held_answers=reader.number("MAX_HELD_ANSWERS", default.held_answers, _MIB, 900 * _GIB),
        dynamic_properties=reader.number(
            "MAX_DYNAMIC_PROPERTIES", default.dynamic_properties, 1, 10_000
        ),
        dynamic_bytes=reader.number("MAX_DYNAMIC_BYTES", default.dynamic_bytes, 64, _MIB),
    )
