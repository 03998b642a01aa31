"""Reads the pixels of a PNG, as far as a browser writes them: eight bits, RGB or RGBA, not interlaced."""

import struct
import zlib
from collections import Counter


def chunks(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + size]
        at += 12 + size


def paeth(left, above, corner):
    guess = left + above - corner
    nearest = min(abs(guess - left), abs(guess - above), abs(guess - corner))
    if nearest == abs(guess - left):
        return left
    return above if nearest == abs(guess - above) else corner


def unfiltered(kind, row, above, step):
    if kind == 2:
        return bytearray((a + b) & 255 for a, b in zip(row, above))
    for i in range(len(row) if kind else 0):
        left = row[i - step] if i >= step else 0
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + above[i]) // 2) & 255
        else:
            row[i] = (row[i] + paeth(left, above[i], above[i - step] if i >= step else 0)) & 255
    return row


def rows(png):
    """The pixels as rows of (red, green, blue)."""
    parts = list(chunks(png))
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", dict(parts)[b"IHDR"])
    assert (depth, interlaced) == (8, 0) and color in (2, 6)
    step = 3 if color == 2 else 4
    data = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    above = bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        above = unfiltered(data[start], bytearray(data[start + 1 : start + 1 + width * step]), above, step)
        yield list(zip(above[0::step], above[1::step], above[2::step]))


def colors(png):
    """How many pixels have each colour."""
    return Counter(pixel for row in rows(png) for pixel in row)
