#!/usr/bin/env python3
"""Turns the page's parts into C: embed.py OUT STYLE.css PAGE.html PAGE.css PAGE.js.

In the page, {{style}} and {{script}} become the files, and {{style_hash}} and {{script_hash}} what its security policy
knows them by. What is left in braces is filled in when a picture is drawn.
"""
import base64
import hashlib
import pathlib
import sys


def array(name: str, text: str) -> list[str]:
    """Numbers, since C bounds the length of a literal."""
    data = [str(byte) for byte in text.encode()] + ["0"]
    lines = [f"    {', '.join(data[at:at + 24])}," for at in range(0, len(data), 24)]
    return [f"const char {name}[] = {{", *lines, "};"]


def policy_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    drawing_style, page, page_style, script = (
        pathlib.Path(name).read_text(encoding="ascii") for name in sys.argv[2:]
    )
    style = drawing_style + page_style
    assert "{{" not in style + script and "</" not in style + script
    for name, text in (
        ("style", style), ("script", script), ("style_hash", policy_hash(style)), ("script_hash", policy_hash(script)),
    ):
        assert "{{" + name + "}}" in page, name
        page = page.replace("{{" + name + "}}", text)
    code = ["/* Made from the files in src/cli/out while building. */", '#include "cli/out/graph_picture.h"', ""]
    out.write_text("\n".join(code + array("graph_drawing_style", drawing_style) + array("graph_page", page)) + "\n")


main()
