"""Runs what the pages in docs/ and the README show: every command line, in order, with what it prints."""

import pages
import pytest

PAGES = [page for page in pages.pages() if any(block.language == "console" for block in pages.blocks(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_session(page, tmp_path, postgresql):
    wrong = []
    for command, printed, status in pages.run(pages.commands(page), tmp_path, postgresql.url):
        place = f"{page.name}:{command.line}: $ {command.text}"
        if status and not command.may_fail:
            wrong.append(f"{place}\n{printed}exit status {status}")
        elif command.shown and not pages.is_like(command.shown, printed):
            wrong.append("\n".join([place, printed.rstrip("\n"), "--- where the page has", *command.shown]))
    assert not wrong, "\n\n".join(wrong)


def test_there_are_sessions():
    assert {page.name for page in PAGES} >= {"README.md", "tutorial.md", "troubleshooting.md"}
