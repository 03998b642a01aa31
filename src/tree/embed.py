#!/usr/bin/env python3
"""Turns the files of templates/ into a C table: embed.py OUT PROGRAM FILE..., each FILE being <folder>/<template>/<name>.
embed.py --copy OUT PROGRAM FILE: one of them as it is installed."""
import pathlib
import re
import sys


def literal(text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    quoted = []
    for line in lines:
        line = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        quoted.append(f'        "{line}"')
    return "\n".join(quoted)


def own_name(text: str, program: str) -> str:
    """Commands in a template are typed with the name under which the program is installed."""
    return re.sub(r"(^ {4}|`)rev ", rf"\1{program} ", text, flags=re.M)


def copy(out: str, program: str, name: str) -> None:
    text = pathlib.Path(name).read_text(encoding="utf-8")
    pathlib.Path(out).write_text(own_name(text, program), encoding="utf-8")


def main() -> None:
    out, program = sys.argv[1:3]
    files = sorted(pathlib.Path(name) for name in sys.argv[3:])
    templates: dict[str, list[pathlib.Path]] = {}
    for file in files:
        templates.setdefault(file.parent.name, []).append(file)
    code = ['/* Made from templates/ while building. */', '#include "tree/template.h"', ""]
    for name, members in sorted(templates.items()):
        code.append(f"static const struct rv_template_file files_{name}[] = {{")
        for file in members:
            code.append(f'    {{"{file.name}",\n{literal(own_name(file.read_text(encoding="utf-8"), program))}}},')
        code.append("};")
    code.append("const struct rv_template rv_templates[] = {")
    for name, members in sorted(templates.items()):
        readme = next(file for file in members if file.name == "README.md").read_text(encoding="utf-8")
        description = readme.splitlines()[0].lstrip("# ")
        code.append(f'    {{"{name}", "{description}", files_{name}, {len(members)}}},')
    code.append("};")
    code.append(f"const size_t rv_template_count = {len(templates)};")
    pathlib.Path(out).write_text("\n".join(code) + "\n", encoding="utf-8")


if sys.argv[1] == "--copy":
    copy(*sys.argv[2:])
else:
    main()
