"""The graphs of real projects in tests/corpora, and what is known of each."""

import json
from pathlib import Path

from projects import Revision

FOLDER = Path(__file__).resolve().parents[1] / "corpora"

EXPECTED = {
    "airflow": {
        "revisions": 84,
        "heads": "a13f7613ad25",
        "bases": "e3a246e0dc1",
        "branch_points": "6e96a59344a4 939bb1e647c8 9635ae0956e7 c8ffec048a3b d2ae31099d61",
        "merge_points": "03bc53e68815 05f30312d566 08364691d074",
    },
    "warehouse": {
        "revisions": 288,
        "heads": "964076d0c4ad",
        "bases": "283c68f2ab2",
        "branch_points": "283c68f2ab2 91508cc5c2",
        "merge_points": "49b93c346db 57b1053998d",
    },
    "neutron-fwaas": {
        "revisions": 17,
        "heads": "1007f519ea46 2a0d33e9ef63",
        "bases": "start_neutron_fwaas",
        "branch_points": "kilo",
        "merge_points": "",
    },
    "sourcegraph-codeinsights": {
        "revisions": 32,
        "heads": "1663782457 1664481060 1668531414 1671116551 1723647665",
        "bases": "1649801281",
        "branch_points": "1649801281 1651021000 1652289966 1659572248 1664984848 1666632478 1666729025 1667309737 "
        "1670253074 1719914228",
        "merge_points": "1656517037 1656608833 1659572248 1666632478 1668531414 1670253074 1723647665",
    },
    "sourcegraph-codeintel": {
        "revisions": 33,
        "heads": "1652582835 1665522087 1670874365 1684441271 1685132632 1688674706 1689175157 1720496475 1723647660",
        "bases": "1000000034",
        "branch_points": "1000000034 1670365552 1670370058 1679010276 1686315964",
        "merge_points": "1670967960 1723647660",
    },
}


def load(name):
    """The revisions of a corpus, each making a table of its own so that a wrong order or a double run shows."""
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [
        Revision(
            entry["id"],
            entry["down_revision"],
            entry["depends_on"],
            entry["branch_labels"],
            message=f"revision {entry['id']}",
            up=[f"CREATE TABLE t_{entry['id']} (id integer)"],
            down=[f"DROP TABLE t_{entry['id']}"],
        )
        for entry in data["revisions"]
    ]


def full_parents(revisions):
    """id → ids that must be applied before it; labels resolved."""
    labels = {label: revision.id for revision in revisions for label in revision.labels}
    return {
        revision.id: revision.parents + [labels.get(name, name) for name in revision.depends_on]
        for revision in revisions
    }


def real_heads(revisions):
    """Revisions that no other one needs: what the version table holds after `upgrade heads`."""
    needed = {parent for parents in full_parents(revisions).values() for parent in parents}
    return sorted(revision.id for revision in revisions if revision.id not in needed)
