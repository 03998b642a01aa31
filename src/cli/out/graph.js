"use strict";
// The drawing is there without this script. It adds panning, zooming, searching, the panel and the overview.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const revisions = data.revisions;
const view = byId("view");
const sheet = byId("sheet");
const panel = byId("panel");
const query = byId("query");
const overview = byId("overview");
const drawing = sheet.querySelector("svg");
const groups = drawing.querySelector(".revisions").children;
const edges = [...drawing.querySelectorAll("[data-ends]")];
const rowHeight = Number(drawing.dataset.row);
const top_ = Number(drawing.dataset.top);
const size = { width: drawing.width.baseVal.value, height: drawing.height.baseVal.value };
const places = new Map(revisions.map((revision, i) => [revision.id, i]));

let zoom = 1;
let selected = -1;
let hits = [];
let hit = -1;

function element(name, className, ...children) {
    const made = document.createElement(name);
    made.className = className || "";
    made.append(...children);
    return made;
}

function count(number, word) {
    return number.toLocaleString("en") + " " + word + (number === 1 ? "" : "s");
}

/* Rows */

function makeRow(className) {
    const row = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    row.setAttribute("class", "row " + className);
    row.setAttribute("height", rowHeight);
    row.setAttribute("y", -2 * rowHeight);
    drawing.prepend(row);
    return row;
}

const selectedRow = makeRow("selected");
const hoverRow = makeRow("hover");

function moveRow(row, i) {
    row.setAttribute("y", i < 0 ? -2 * rowHeight : top_ + i * rowHeight);
}

function rowAt(event) {
    const y = (event.clientY - sheet.getBoundingClientRect().top) / zoom;
    const i = Math.floor((y - top_) / rowHeight);
    return i >= 0 && i < revisions.length ? i : -1;
}

/* Zooming and panning: the view scrolls, so that wheels, fingers and keys work as everywhere. */

function layOut() {
    const width = Math.max(size.width * zoom, view.clientWidth);
    const height = Math.max(size.height * zoom, 1);
    sheet.style.width = width + "px";
    sheet.style.height = height + "px";
    drawing.style.transform = "scale(" + zoom + ")";
    for (const row of [selectedRow, hoverRow]) {
        row.setAttribute("width", width / zoom);
    }
    byId("size").textContent = Math.round(zoom * 100) + " %";
    showViewport();
}

function setZoom(wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const before = zoom;
    zoom = Math.min(3, Math.max(0.1, wanted));
    const left = ((view.scrollLeft + x) / before) * zoom - x;
    const top = ((view.scrollTop + y) / before) * zoom - y;
    layOut();
    view.scrollTo(left, top);
}

function center(i) {
    const y = (top_ + (i + 0.5) * rowHeight) * zoom;
    if (y < view.scrollTop + 2 * rowHeight || y > view.scrollTop + view.clientHeight - 2 * rowHeight) {
        view.scrollTo(view.scrollLeft, y - view.clientHeight / 2);
    }
}

let drag = null;
view.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && event.target !== view) {
        drag = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false };
    }
});
window.addEventListener("pointermove", (event) => {
    if (!drag) {
        return;
    }
    const x = event.clientX - drag.x;
    const y = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(x, y) > 4) {
        drag.moved = true;
        view.classList.add("dragging");
    }
    if (drag.moved) {
        view.scrollTo(drag.left - x, drag.top - y);
    }
});
window.addEventListener("pointerup", () => {
    view.classList.remove("dragging");
    // The click that ends a drag is none: it comes right after this.
    setTimeout(() => (drag = null));
});
view.addEventListener("click", (event) => {
    if (!(drag && drag.moved)) {
        select(rowAt(event));
    }
});
view.addEventListener("mousemove", (event) => moveRow(hoverRow, rowAt(event)));
view.addEventListener("mouseleave", () => moveRow(hoverRow, -1));
view.addEventListener(
    "wheel",
    (event) => {
        if (event.ctrlKey || event.metaKey) {
            event.preventDefault();
            const box = view.getBoundingClientRect();
            setZoom(zoom * Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
        }
    },
    { passive: false }
);
byId("smaller").addEventListener("click", () => setZoom(zoom / 1.25));
byId("larger").addEventListener("click", () => setZoom(zoom * 1.25));
byId("size").addEventListener("click", () => setZoom(1));

/* The panel */

// What would turn or hide text in a reader's eyes is shown by its number.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;

function visible(text, className) {
    const parts = text.replace(/\r\n/g, "\n").split(new RegExp("(" + control.source + ")"));
    return parts.map((part) =>
        control.test(part)
            ? element("span", "control", "\\u" + part.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0"))
            : className && part
              ? element("span", className, part)
              : part
    );
}

const words = (
    "add|after|all|alter|and|as|asc|before|begin|between|by|cascade|case|check|column|comment|commit|concurrently|" +
    "conflict|constraint|create|cross|database|declare|default|delete|desc|distinct|do|drop|each|else|end|execute|" +
    "exists|extension|false|for|foreign|from|full|function|grant|group|having|if|in|index|inner|insert|into|is|join|" +
    "key|language|left|like|limit|materialized|not|nothing|null|on|only|or|order|outer|primary|procedure|references|" +
    "rename|replace|restrict|returns|returning|revoke|right|row|schema|select|sequence|set|table|then|to|trigger|" +
    "true|truncate|type|union|unique|update|using|values|view|when|where|with|without"
);
const token = new RegExp(
    "(?<comment>--[^\\n]*|/\\*[^]*?\\*/)|(?<text>'[^']*'|(\\$\\w*\\$)[^]*?\\3)|\"[^\"]*\"|" +
        "(?<keyword>\\b(?:" + words + ")\\b)|(?<number>\\b\\d+(?:\\.\\d+)?\\b)",
    "gi"
);

function highlighted(sql) {
    const out = [];
    let at = 0;
    for (const match of sql.matchAll(token)) {
        const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
        out.push(...visible(sql.slice(at, match.index)), ...visible(match[0], kind));
        at = match.index + match[0].length;
    }
    return [...out, ...visible(sql.slice(at))];
}

function addScript(name, text, isCut, bytes, missing) {
    panel.append(element("h3", "", name));
    if (text === null) {
        panel.append(element("p", "note", missing));
    } else if (text.trim() === "") {
        panel.append(element("p", "note", "Empty: a step that does nothing."));
    } else {
        panel.append(element("pre", "", ...highlighted(text)));
    }
    if (isCut) {
        panel.append(element("p", "note", "Only its beginning: the file has " + count(bytes, "byte") + "."));
    }
}

function link(id) {
    if (!places.has(id)) {
        return document.createTextNode(id + " (not in this picture)");
    }
    const made = element("a", "", id);
    made.href = "#" + id;
    return made;
}

function addFact(list, name, values) {
    if (values.length) {
        const fact = element("dd");
        values.forEach((value, i) => fact.append(...(i ? [", "] : []), value));
        list.append(element("dt", "", name), fact);
    }
}

function fillPanel(revision) {
    const close = element("button", "close", "\u00d7");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => select(-1));
    const marks = element("div", "words");
    const all = [
        ...revision.is.map((word) => [word, word]),
        ...(revision.down === null ? [["irreversible", "irreversible"]] : []),
        ...revision.branch_labels.map((label) => ["label", label]),
        ...revision.tags.map((tag) => ["tag", tag]),
    ];
    marks.append(...all.map(([kind, text]) => element("span", kind, ...visible(text))));
    const facts = element("dl");
    const texts = (list) => list.filter((text) => text).map((text) => element("span", "", ...visible(text)));
    addFact(facts, "Parents", revision.parents.map(link));
    addFact(facts, "Depends on", revision.depends_on.map(link));
    addFact(facts, "Children", revision.children.map(link));
    addFact(facts, "Labels", texts(revision.labels));
    addFact(facts, "Created", texts([revision.date]));
    addFact(facts, "Folder", texts([revision.path]));
    addFact(facts, "Runs", revision.transactional ? [] : texts(["statement by statement, in no transaction"]));
    panel.replaceChildren(close, element("h2", "", revision.id), marks);
    const message = revision.message.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (message) {
        panel.append(element("p", "message", ...visible(message)));
    }
    panel.append(facts);
    addScript("up.sql", revision.up, revision.up_is_cut, revision.up_size, "Missing: it can't be applied.");
    addScript("down.sql", revision.down, revision.down_is_cut, revision.down_size, "Missing: it can't be undone.");
    panel.scrollTop = 0;
}

function select(i) {
    selected = i;
    moveRow(selectedRow, i);
    for (const edge of edges) {
        edge.classList.toggle("on", edge.dataset.ends.split(" ").includes(String(i)));
    }
    panel.hidden = i < 0;
    if (i >= 0) {
        fillPanel(revisions[i]);
        center(i);
    }
    history.replaceState(null, "", i < 0 ? location.pathname + location.search : "#" + revisions[i].id);
    layOut();
    drawOverview();
}

/* Searching: every word must occur; is:head asks for what a revision is. */

const searched = revisions.map((revision) =>
    [revision.id, revision.message, ...revision.labels, ...revision.tags].join("\n").toLowerCase()
);

function matches(i, word) {
    return word.startsWith("is:") ? revisions[i].is.includes(word.slice(3)) : searched[i].includes(word);
}

function search() {
    const asked = query.value.toLowerCase().split(/\s+/).filter((word) => word);
    hits = [];
    hit = -1;
    for (let i = 0; i < revisions.length; i++) {
        const isHit = asked.length > 0 && asked.every((word) => matches(i, word));
        groups[i].classList.toggle("hit", isHit);
        if (isHit) {
            hits.push(i);
        }
    }
    drawing.classList.toggle("searching", asked.length > 0);
    for (const button of byId("legend").querySelectorAll("button")) {
        button.setAttribute("aria-pressed", asked.includes(button.dataset.word));
    }
    if (hits.length) {
        center(hits[0]);
    }
    showFound();
    drawOverview();
}

function showFound() {
    byId("previous").disabled = byId("next").disabled = hits.length === 0;
    byId("found").textContent =
        query.value.trim() === "" ? "" : hit >= 0 ? hit + 1 + " of " + hits.length : hits.length + " found";
}

function goTo(step) {
    if (hits.length) {
        hit = hit < 0 ? (step > 0 ? 0 : hits.length - 1) : (hit + step + hits.length) % hits.length;
        select(hits[hit]);
        showFound();
    }
}

query.addEventListener("input", search);
query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
        goTo(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
        query.value = "";
        search();
        view.focus();
    } else {
        return;
    }
    event.preventDefault();
});
byId("previous").addEventListener("click", () => goTo(-1));
byId("next").addEventListener("click", () => goTo(1));

document.addEventListener("keydown", (event) => {
    if (event.target === query || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const keys = {
        "/": () => query.focus(),
        "+": () => setZoom(zoom * 1.25),
        "-": () => setZoom(zoom / 1.25),
        0: () => setZoom(1),
        Escape: () => select(-1),
        ArrowDown: () => select(Math.min(selected + 1, revisions.length - 1)),
        ArrowUp: () => select(Math.max(selected - 1, 0)),
    };
    if (keys[event.key] && !(panel.contains(event.target) && event.key.startsWith("Arrow"))) {
        event.preventDefault();
        keys[event.key]();
    }
});

/* The legend: a click searches what it stands for. */

for (const button of byId("legend").querySelectorAll("button")) {
    button.addEventListener("click", () => {
        query.value = query.value === button.dataset.word ? "" : button.dataset.word;
        search();
    });
}

/* The overview: all rows at once, each a dot in its lane. */

function drawOverview() {
    const canvas = overview.querySelector("canvas");
    const { width, height } = overview.getBoundingClientRect();
    if (!width) {
        return;
    }
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue("--" + name).trim();
    const lanes = Math.max(...revisions.map((revision) => revision.lane), 0) + 1;
    const x = (i) => 10 + (revisions[i].lane * (width - 20)) / Math.max(lanes - 1, 8);
    const y = (i) => ((top_ + (i + 0.5) * rowHeight) / size.height) * height;
    const colors = ["applied", "pending", "interrupted", ...Array.from({ length: 8 }, (_, k) => "lane-" + k)];
    const known = Object.fromEntries(colors.map((name) => [name, color(name)]));
    const thickness = Math.min(5, Math.max(1.5, height / revisions.length));
    pen.scale(scale, scale);
    pen.lineWidth = 1;
    pen.globalAlpha = 0.6;
    for (const edge of edges) {
        const [child, parent] = edge.dataset.ends.split(" ").map(Number);
        pen.strokeStyle = known["lane-" + (revisions[child].lane % 8)];
        pen.beginPath();
        pen.moveTo(x(child), y(child));
        pen.lineTo(x(parent), y(parent));
        pen.stroke();
    }
    pen.globalAlpha = 1;
    revisions.forEach((revision, i) => {
        const status = ["interrupted", "pending", "applied"].find((word) => revision.is.includes(word));
        pen.fillStyle = known[status || "lane-" + (revision.lane % 8)];
        pen.fillRect(x(i) - 2, y(i) - thickness / 2, 4, thickness);
    });
    pen.fillStyle = color("accent");
    for (const i of selected >= 0 ? [...hits, selected] : hits) {
        pen.fillRect(width - 12, y(i) - 1, 12, 2);
    }
}

function showViewport() {
    const whole = sheet.offsetHeight;
    overview.hidden = whole <= view.clientHeight * 1.2;
    const box = overview.querySelector("div").style;
    box.top = (view.scrollTop / whole) * 100 + "%";
    box.height = (view.clientHeight / whole) * 100 + "%";
}

function scrollFromOverview(event) {
    const box = overview.getBoundingClientRect();
    const at = (event.clientY - box.top) / box.height;
    view.scrollTo(view.scrollLeft, at * sheet.offsetHeight - view.clientHeight / 2);
}

overview.addEventListener("pointerdown", (event) => {
    overview.setPointerCapture(event.pointerId);
    scrollFromOverview(event);
});
overview.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) {
        scrollFromOverview(event);
    }
});
view.addEventListener("scroll", showViewport, { passive: true });
new ResizeObserver(() => {
    layOut();
    drawOverview();
}).observe(view);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawOverview);

/* The beginning */

function selectNamed() {
    const id = decodeURIComponent(location.hash.slice(1));
    if (places.has(id) && places.get(id) !== selected) {
        select(places.get(id));
    }
}

window.addEventListener("hashchange", selectNamed);
byId("summary").textContent = count(revisions.length, "revision");
if (data.url) {
    byId("origin").append(...visible(data.url + ", " + data.read_at.replace("T", " ").replace("Z", " UTC")));
}
showFound();
layOut();
selectNamed();
if (selected < 0 && revisions.length && window.innerWidth > 1000) {
    select(0);
}
// A small graph fills the space that it has.
setZoom(Math.min(1.4, Math.max(1, Math.min(view.clientWidth / size.width, view.clientHeight / size.height))));
