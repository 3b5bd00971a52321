from __future__ import annotations

import io

import pytest
from PIL import Image

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from models.picture import Picture, PictureStore
from models.picture_limits import PictureLimits
from odata.errors import PayloadTooLargeError, RuleError
from odata.sql.mapping import StreamChange
from tests.unit.models.desk import NOW

KEY = {"id": ADATUM}
NO_PICTURE = "The content is no picture of a known type: BMP, GIF, JPEG, PNG or WEBP."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(form: str, width: int = 3, height: int = 2) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, form)
    return content.getvalue()


def replaced_tag(company: str) -> str | None:
    stored = PictureStore(PictureLimits()).read(KEY, company)
    return None if stored is None else stored.entity_tag


def change(content: bytes | None, tag: str = "a-tag", company: str = CRONUS) -> StreamChange:
    return StreamChange(
        KEY, company, content, "application/octet-stream", tag, NOW, replaced_tag(company)
    )


def measures() -> tuple[object, ...]:
    row = Picture.get_by_id(ADATUM)
    return (row.width, row.height, row.content_type, row.etag)


@pytest.fixture
def store(source) -> PictureStore:
    return PictureStore(PictureLimits(octets=10_000, pixels=1_000))


def test_without_picture_the_measures_are_zero(store):
    assert store.read(KEY, CRONUS) is None
    assert measures() == (0, 0, "", "JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc=")


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("WEBP", "image/webp"),
    ],
)
def test_the_bytes_decide_type_and_measures(store, form, content_type):
    content = picture(form)
    store.write(change(content))
    stored = store.read(KEY, CRONUS)
    assert stored is not None
    assert (stored.content, stored.content_type, stored.entity_tag) == (
        content,
        content_type,
        "a-tag",
    )
    assert measures() == (3, 2, content_type, "a-tag")


def test_a_picture_is_replaced(store):
    store.write(change(picture("PNG")))
    store.write(change(picture("GIF", 4, 4), "another-tag"))
    assert measures() == (4, 4, "image/gif", "another-tag")


def test_a_picture_is_removed(store):
    store.write(change(picture("PNG")))
    store.write(change(None))
    assert store.read(KEY, CRONUS) is None
    assert measures()[:3] == (0, 0, "")


def test_another_company_neither_sees_nor_removes_it(store):
    store.write(change(picture("PNG")))
    assert store.read(KEY, MY_COMPANY) is None
    store.write(change(None, company=MY_COMPANY))
    assert store.read(KEY, CRONUS) is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        SVG,
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n",
        picture("PNG")[:20],
        b"GIF89a",
        b"BM" + b"\0" * 12,
        picture("TIFF"),
    ],
    ids=["empty", "text", "svg", "html", "png only in name", "cut png", "cut gif", "bmp", "tiff"],
)
def test_what_is_no_picture_is_refused(store, content):
    with pytest.raises(RuleError) as caught:
        store.write(change(content))
    assert caught.value.message == NO_PICTURE
    assert store.read(KEY, CRONUS) is None


def test_a_flood_of_pixels_is_refused_by_its_header(store):
    content = bytearray(picture("BMP"))
    content[18:22] = (50_000).to_bytes(4, "little")
    content[22:26] = (50_000).to_bytes(4, "little")
    with pytest.raises(RuleError) as caught:
        store.write(change(bytes(content)))
    assert caught.value.message == "A picture may have 1000 pixels; this one has 50000 x 50000."


def test_too_many_bytes_are_refused(store):
    with pytest.raises(PayloadTooLargeError) as caught:
        store.write(change(picture("PNG") + b"\0" * 10_000))
    assert caught.value.http_status == 413
