  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ revision c3 a1
  $ revision d4 b2 c3
  $ rev graph
  // drawn by rev graph
  digraph revisions {
    rankdir=BT;
    node [shape=box style="rounded,filled" fillcolor="#ffffff" color="#57606a" fontname="Helvetica" fontsize=11];
    edge [color="#57606a" arrowsize=0.7];
    "a1" [label="a1 (branchpoint)\nmake a1" tooltip="make a1"];
    "b2" [label="b2\nmake b2" tooltip="make b2"];
    "c3" [label="c3\nmake c3" tooltip="make c3"];
    "d4" [label="d4 (head) (mergepoint)\nmake d4" tooltip="make d4" fillcolor="#dbeafe" color="#0b5fca" penwidth=2];
    "a1" -> "b2";
    "a1" -> "c3";
    "c3" -> "d4";
    "b2" -> "d4";
  }
  $ rev graph --as mermaid -r b2:
  %% drawn by rev graph
  flowchart BT
      r_b2["b2<br/>make b2"]
      r_d4["d4 (head) (mergepoint)<br/>make d4"]:::head
      r_b2 --> r_d4
      before_b2["\xe2\x80\xa6"] -.- r_b2 (esc)
      before_d4["\xe2\x80\xa6"] -.- r_d4 (esc)
      classDef interrupted fill:#ffd8d3,stroke:#c4291c,color:#1f2328
      classDef current fill:#b7ebc6,stroke:#1a7f37,stroke-width:2px,color:#1f2328
      classDef pending fill:#fff3cd,stroke:#9a6700,stroke-dasharray:4 3,color:#1f2328
      classDef head fill:#dbeafe,stroke:#0b5fca,stroke-width:2px,color:#1f2328
      classDef applied fill:#e6f6ea,stroke:#1a7f37,color:#1f2328
  $ rev upgrade c3 --quiet
  $ rev graph --as mermaid --applied
  %% drawn by rev graph
  flowchart BT
      r_a1["a1 (branchpoint)<br/>make a1"]:::applied
      r_b2["b2 (pending)<br/>make b2"]:::pending
      r_c3["c3 (current)<br/>make c3"]:::current
      r_d4["d4 (pending) (head) (mergepoint)<br/>make d4"]:::pending
      r_a1 --> r_b2
      r_a1 --> r_c3
      r_c3 --> r_d4
      r_b2 --> r_d4
      classDef interrupted fill:#ffd8d3,stroke:#c4291c,color:#1f2328
      classDef current fill:#b7ebc6,stroke:#1a7f37,stroke-width:2px,color:#1f2328
      classDef pending fill:#fff3cd,stroke:#9a6700,stroke-dasharray:4 3,color:#1f2328
      classDef head fill:#dbeafe,stroke:#0b5fca,stroke-width:2px,color:#1f2328
      classDef applied fill:#e6f6ea,stroke:#1a7f37,color:#1f2328
  $ rev graph --output graph.html
  graph.html
  $ rev graph --output graph.html --applied
  graph.html
  $ rev graph --output rev.yaml --as dot
  ! rev.yaml: error: exists already, and is no picture of the graph
  !   hint: Give another name, or remove it first. Without --output it goes to standard output.
  [2]
  $ rev graph --output graph.png
  ! rev: error: the name 'graph.png' does not say what kind of picture it is to be
  !   hint: End it in .html, .svg, .dot or .mmd, or say --as. Graphviz makes any other kind: `rev graph | dot -Tpng`.
  [2]
  $ rev graph --as pdf
  ! rev: error: --as takes dot, mermaid, svg or html, not 'pdf'
  [2]
  $ rev graph --format json
  ! rev: error: `graph` has no JSON form
  [2]
  $ rev graph --help
  Usage: rev graph [OPTIONS]
  
  Draws the revisions, newest on top, parents below their children, dependencies as broken lines.
  
    dot       for Graphviz
    mermaid   for what shows Mermaid's diagrams, such as a README
    svg       one file, light or dark as its viewer is
    html      one file, too, to open in a browser; it uses no network. Pan, zoom,
              search, and see the SQL of each revision:
              whoever gets the page gets that
  
  No database is asked, except by --applied, or where the range says `current`. With --output, a file that is
  there stays as it is unless it is empty or an older picture.
  
  Options:
        --applied                ask the database what is applied and what pending, and show it
        --as KIND                dot, mermaid, svg or html (default: what FILE's name says, else dot)
    -o, --output FILE            write it there; an older picture is replaced
    -r, --rev-range A:B          only from A to B; an empty end is base or heads
  
  Examples:
    rev graph --output graph.html --applied
    rev graph | dot -Tpng >graph.png
    rev graph --as mermaid -r -5:head
  
  Options of the whole program: `rev --help`.
