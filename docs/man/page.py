#!/usr/bin/env python3
"""Makes one manual page: page.py SCDOC FACTS SOURCE OUTPUT [HEADER...].

FACTS is `rev help --format json`. A command's page takes its synopsis, description, options and examples from there; SOURCE
adds what else is to be said: text for the description, then sections. In the other pages `@commands@`, `@options@` and
`@functions@` (those of the HEADERs), alone on a line, stand for these lists; `@rev@` is the program's name everywhere.
"""
import json
import pathlib
import re
import subprocess
import sys

DECLARED = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*((?:REV_API [^;]+;\s*)+)", re.S)
FUNCTION = re.compile(r"(\w+)\(")


def plain(text: str) -> str:
    """Text in which nothing is scdoc's markup; what stands in backquotes is bold."""
    escaped = re.sub(r"([\\*_])", r"\\\1", text)
    bold = re.sub(r"`([^`]+)`", r"*\1*", escaped)
    return bold if re.match(r"\w|\*", bold) else "\\" + bold


def prose(text: str) -> list[str]:
    """Paragraphs; one whose lines are all indented is shown as it is."""
    lines = []
    for paragraph in text.split("\n\n"):
        if all(line.startswith("  ") for line in paragraph.split("\n")):
            lines += ["```", *paragraph.split("\n"), "```", ""]
        else:
            lines += [plain(" ".join(paragraph.split())), ""]
    return lines


def options(rows: list[dict]) -> list[str]:
    lines = []
    for row in rows:
        letter = f"*-{row['letter']}*, " if row["letter"] else ""
        value = f" _{row['value']}_" if row["value"] else ""
        more = " (may be repeated)" if row["is_list"] else ""
        lines += [f"{letter}*--{row['name']}*{value}", f"\t{plain(row['help'])}{more}", ""]
    return lines


def commands(rows: list[dict]) -> list[str]:
    lines = []
    for row in rows:
        lines += [f"*@rev@-{row['name']}*(1)", f"\t{plain(row['summary'])}", ""]
    return lines


def functions(headers: list[str]) -> list[str]:
    """Each header's functions with the first sentence of what it says of them."""
    lines = []
    for header in headers:
        found = DECLARED.findall(pathlib.Path(header).read_text(encoding="utf-8"))
        lines += [f"## <rev/{pathlib.Path(header).name}>", ""] if found else []
        for comment, declarations in found:
            said = " ".join(re.sub(r"^\s*\*\s?", "", comment, flags=re.M).split("@param")[0].split("@return")[0].split())
            sentence = re.split(r"(?<=[.:]) (?=[A-Z])", said)[0]
            names = FUNCTION.findall(re.sub(r"REV_API ", "", declarations))
            lines += [", ".join(f"*{name}*()" for name in names), f"\t{plain(sentence)}", ""]
    return lines


def command_page(command: dict, source: str) -> list[str]:
    text, _, sections = source.partition("# ")
    others, _, see_also = ("# " + sections).partition("# SEE ALSO\n")
    words = f" {plain(command['words'])}" if command["words"] else ""
    json_form = " With *--format json* it answers in JSON." if command["has_json"] else ""
    return [
        "# NAME", "", f"@rev@-{command['name']} - {plain(command['summary'])}", "",
        "# SYNOPSIS", "", f"*@rev@ {command['name']}* [_OPTIONS_]{words}", "",
        "# DESCRIPTION", "", *prose(command["description"] or command["summary"].capitalize() + "."), text.strip(), "",
        "# OPTIONS", "", *options(command["options"]),
        f"The options of the whole program, such as *--url* and *--environment*, are in *@rev@*(1).{json_form}", "",
        *([others.strip(), ""] if others.strip("# \n") else []),
        "# EXAMPLES", "", "```", *command["examples"], "```", "",
        "# SEE ALSO", "", see_also.strip(),
    ]  # fmt: skip


def tidy(roff: str) -> str:
    """scdoc sets a paragraph's mark in front of headings, behind them and at a list's ends, where it stands for nothing."""
    roff = re.sub(r"^\.P\n((?:\.RE\n)+)", r"\1.P\n", roff, flags=re.M)
    roff = re.sub(r"^(\.(?:SH|SS|TH) .*\n)(?:\.P\n)+", r"\1", roff, flags=re.M)
    return re.sub(r"^\.P\n(?=\.P\n|\.SH |\.SS |\Z)", "", roff, flags=re.M)


def main() -> None:
    scdoc, facts_file, source_file, output = sys.argv[1:5]
    facts = json.loads(pathlib.Path(facts_file).read_text(encoding="utf-8"))
    program = facts["program"]
    source = pathlib.Path(source_file).read_text(encoding="utf-8")
    name, section = pathlib.Path(output).name.rsplit(".", 1)
    command = [row for row in facts["commands"] if name == f"{program}-{row['name']}"]
    lists = {"commands": commands(facts["commands"]), "options": options(facts["options"])}
    lists["functions"] = functions(sys.argv[5:])
    body = "\n".join(command_page(command[0], source)) if command else source
    for word, lines in lists.items():
        body = body.replace(f"\n@{word}@\n", "\n" + "\n".join(lines))
    text = f'{name}({section}) "{program} {facts["version"]}"\n\n' + body.strip() + "\n"
    text = re.sub(r"\n{3,}", "\n\n", text.replace("@rev@", program))
    made = subprocess.run([scdoc], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    pathlib.Path(output).write_text(tidy(made.decode()), encoding="utf-8")


main()
