"use strict";
// Everything that the page knows lies beside it: data/index.js for the list, data/features-NNN.js for what is shown of a feature, read when it is asked for.
const featurePage = (() => {
  const index = window.featureIndex, pageSize = 120, chunks = new Map(), waiting = new Map();
  const byId = id => document.getElementById(id);
  const filters = new Set(index.standings.map((_, i) => i));
  let shown = pageSize, chosen = -1;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children.filter(child => child !== null));
    return made;
  };
  const percent = (value, digits = 1) => (100 * value).toFixed(digits) + " %";
  const areaText = area => area === null || area === undefined ? "no picture can tell" : "area " + area.toFixed(3);

  // Bars with a caption at both ends; the numbers are in the text for those who do not see them.
  const bars = (counts, from, to, text, isEnough = () => false) => {
    const width = 400, height = 120, foot = 18, most = Math.max(1, ...counts), step = width / counts.length;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height + foot}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${text}: ${counts.join(", ")}`);
    const add = (name, attributes, content = "") => {
      const part = document.createElementNS(svg.namespaceURI, name);
      Object.entries(attributes).forEach(([key, value]) => part.setAttribute(key, value));
      part.textContent = content;
      svg.append(part);
      return part;
    };
    counts.forEach((count, i) => {
      const tall = count === 0 ? 0 : Math.max(1.5, height * count / most);
      const bar = add("rect", { x: i * step + 1, y: height - tall, width: step - 2, height: tall, rx: 2, class: isEnough(i) ? "enough" : "" });
      const title = document.createElementNS(svg.namespaceURI, "title");
      title.textContent = `${count}`;
      bar.append(title);
    });
    add("line", { x1: 0, x2: width, y1: height + .5, y2: height + .5 });
    add("text", { x: 0, y: height + 14 }, from);
    add("text", { x: width, y: height + 14, "text-anchor": "end" }, to);
    return svg;
  };

  const found = () => {
    const query = byId("query").value.trim().toLowerCase();
    const rank = title => title === query ? 0 : title.startsWith(query) ? 1 : (" " + title).includes(" " + query) ? 2 : 3;
    let ids = index.titles.map((_, id) => id).filter(id => filters.has(index.standing[id]));
    if (query) {
      ids = ids.filter(id => index.titles[id].toLowerCase().includes(query) || String(id) === query);
    }
    const orders = {
      id: (a, b) => a - b,
      area: (a, b) => (index.area[b] ?? -1) - (index.area[a] ?? -1),
      worst: (a, b) => (index.area[a] ?? 2) - (index.area[b] ?? 2),
      density: (a, b) => index.density[b] - index.density[a],
      title: (a, b) => index.titles[a].localeCompare(index.titles[b]),
    };
    ids.sort(orders[byId("order").value]);
    return query ? ids.sort((a, b) => rank(index.titles[a].toLowerCase()) - rank(index.titles[b].toLowerCase())) : ids;
  };

  const row = id => {
    const standing = index.standings[index.standing[id]], picture = index.exemplar[id];
    const button = element("button", { type: "button", className: standing, onclick: () => open(id) },
      picture < 0 ? element("span", { className: "none" }) : element("img", { src: `exemplars/${picture}.webp`, alt: "", loading: "lazy", width: 64, height: 64 }),
      element("span", {}, element("span", { className: "title", textContent: index.titles[id] }),
        element("span", { className: "meta" }, `${id} · `, element("span", { className: `mark ${standing}`, textContent: standing }), index.area[id] === null ? "" : ` ${index.area[id].toFixed(2)}`, ` · ${percent(index.density[id], 2)}`)));
    if (id === chosen) {
      button.setAttribute("aria-current", "true");
    }
    return element("li", {}, button);
  };

  const list = () => {
    const ids = found();
    byId("found").textContent = `${ids.length.toLocaleString("en")} of ${index.titles.length.toLocaleString("en")}`;
    byId("list").replaceChildren(...ids.slice(0, shown).map(row));
    byId("more").hidden = ids.length <= shown;
  };

  const link = id => element("button", { type: "button", textContent: index.titles[id], title: `feature ${id}`, onclick: () => open(id) });

  const evidenceText = evidence => evidence.basis === "shown"
    ? `Of ${evidence.pictures} pictures that show "${evidence.word}" and ${evidence.others.toLocaleString("en")} that do not: the feature tells them apart with ${areaText(evidence.auroc)}.`
    : `Of ${evidence.pictures} pictures on which it is active and ${evidence.others.toLocaleString("en")} others: "${evidence.word}" tells them apart with ${areaText(evidence.auroc)}.`;

  const show = (id, detail) => {
    const standing = index.standings[index.standing[id]], parts = [];
    const part = (title, ...content) => parts.push(element("h3", { textContent: title }), ...content);
    parts.push(element("h2", { textContent: index.titles[id] }),
      element("p", { className: "meta" }, `feature ${id} · steered as "${detail.name}" · `, element("span", { className: `mark ${standing}`, textContent: standing })));
    if (detail.evidence && detail.evidence.auroc !== undefined) {
      parts.push(element("p", { textContent: evidenceText(detail.evidence) }));
    } else if (detail.evidence) {
      parts.push(element("p", { textContent: detail.evidence.origin !== "found" ? `It was made to mean "${detail.evidence.word}"; too few pictures are known that could tell.` : "No picture is known that could tell what it means." }));
    }
    if (detail.exemplars.length) {
      part("Icons and drawings that have most of it", element("ul", { className: "pictures" }, ...detail.exemplars.map(it => element("li", {}, element("figure", {},
        element("img", { src: `exemplars/${it.number}.webp`, alt: it.label, width: 64, height: 64 }), element("figcaption", { textContent: `${it.label} – ${it.source}, ${it.license}` }))))));
    }
    if (detail.statistics) {
      const its = detail.statistics;
      part("How strongly it is active", bars(its.histogram, "0", its.maximum.toFixed(2), "Its activations from 0 to the maximum"),
        element("dl", {}, ...[["on", `${its.active.toLocaleString("en")} of ${its.pictures.toLocaleString("en")} training pictures (${percent(its.active / its.pictures, 2)})`], ["99 of 100 below", its.p99.toFixed(2)],
          ["share of pictures", its.modality === undefined ? "–" : percent(its.modality, 0) + " (the rest are texts)"]].flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })])));
      if (its.neighbours.length) {
        part("Active together with", element("ul", { className: "chips" }, ...its.neighbours.map(near => element("li", {}, link(near.feature)))));
      }
    }
    if (detail.evidence && detail.evidence.near.length) {
      part("Words that fit its pictures best", element("ul", { className: "chips" }, ...detail.evidence.near.map(near => element("li", { textContent: `${near.word} ${Math.max(near.separates, near.explains).toFixed(2)}` }))));
    }
    part("Words that activate it most", element("ul", { className: "chips" }, ...detail.words.map(word => element("li", { textContent: `${word.word} ${word.activation.toFixed(2)}` }))));
    if (detail.causal) {
      part("What the language model calls it", element("p", { textContent: (detail.causal.word ?? "nothing") + (detail.causal.agrees ? " – as its name" : "") }));
    }
    byId("detail").replaceChildren(...parts);
  };

  const open = id => {
    chosen = id;
    history.replaceState(null, "", "#" + id);
    list();
    const place = Math.floor(id / index.chunk);
    if (chunks.has(place)) {
      show(id, chunks.get(place)[id % index.chunk]);
    } else if (!waiting.has(place)) {
      waiting.set(place, true);
      const script = element("script", { src: `data/features-${String(place).padStart(3, "0")}.js` });
      script.onerror = () => byId("detail").replaceChildren(element("p", { textContent: `${script.src} is missing: write the page again.` }));
      document.head.append(script);
    }
  };

  const start = () => {
    document.title = `Features of ${index.model}`;
    byId("model").textContent = index.model;
    byId("summary").textContent = index.standings.map((name, i) => `${index.counts[i].toLocaleString("en")} ${name}`).filter((_, i) => index.counts[i] > 0).join(", ");
    byId("filters").append(...index.standings.map((name, i) => index.counts[i] === 0 ? null : element("label", {},
      element("input", { type: "checkbox", checked: true, onchange: event => { event.target.checked ? filters.add(i) : filters.delete(i); shown = pageSize; list(); } }), name)).filter(it => it));
    byId("confidence").append(bars(index.confidence, "0", "1", "Features by area from 0 to 1", i => i >= .9 * index.confidence.length));
    byId("worst").append(...index.worst.map(id => element("li", {}, link(id), element("span", { className: "meta", textContent: ` ${areaText(index.area[id])}` }))));
    byId("query").addEventListener("input", () => { shown = pageSize; list(); });
    byId("order").addEventListener("change", list);
    byId("more").addEventListener("click", () => { shown += pageSize; list(); });
    list();
    const asked = Number.parseInt(location.hash.slice(1), 10);
    if (asked >= 0 && asked < index.titles.length) {
      open(asked);
    }
  };

  return { start, details: (place, details) => { chunks.set(place, details); if (Math.floor(chosen / index.chunk) === place) { show(chosen, details[chosen % index.chunk]); } } };
})();
window.featurePage = featurePage;
featurePage.start();
