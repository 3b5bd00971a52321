"""Plain pages of text as PDF: one standard font, nothing else (ISO 32000-1, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LINES = 56
_WIDTH = 96


def write_pdf(lines: Iterable[str]) -> bytes:
    """A document of A4 pages with these lines of text, set in a font of fixed width."""
    pages = _pages([line[:_WIDTH] for line in lines])
    count = len(pages)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>".encode(
                "ascii"
            )
        )
        content = _content(page)
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    return _file(objects)


def _pages(lines: Sequence[str]) -> list[Sequence[str]]:
    return [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)] or [()]


def _content(lines: Sequence[str]) -> bytes:
    shown = b"\n".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
    return b"BT /F1 9 Tf 13.5 TL 40 795 Td\n" + shown + b"\nET"


def _escaped(line: str) -> bytes:
    octets = line.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        octets = octets.replace(special, b"\\" + special)
    return octets


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects with the table of where they are."""
    output = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, content in enumerate(objects, start=1):
        places.append(len(output))
        output += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        output += b"%010d 00000 n \n" % place
    output += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    output += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(output)
