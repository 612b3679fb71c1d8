(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.classList.add("has-script");

  const stale = byId("stale");
  const tellStale = () => {
    if (!stale) return;
    const late = Date.now() > Date.parse(stale.dataset.after);
    const early = Date.now() < Date.parse(stale.dataset.checked) - 3600e3;
    stale.hidden = !(late || early);
  };
  tellStale();
  setInterval(tellStale, 60e3);

  const status = byId("status");
  async function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) {
      try { return await navigator.clipboard.writeText(text); } catch { /* the old way, then */ }
    }
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("refused");
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const quote = button.closest(".say");
    const text = [...quote.querySelectorAll(".sentence, .under")].map((e) => e.textContent.trim());
    const word = button.querySelector(".word");
    let told = "Copied";
    try { await copyText(text.join("\n")); } catch { told = "Select and copy it by hand"; }
    button.focus();
    word.textContent = told;
    status.textContent = told === "Copied" ? "The sentence is copied, with the line under it." : told;
    setTimeout(() => { word.textContent = "Copy"; status.textContent = ""; }, 2500);
  });

  const field = byId("ask");
  const tables = byId("tables");
  if (!field || !tables) return;
  const told = JSON.parse(tables.textContent);
  const search = makeSearch(told);
  const list = byId("list");
  const answer = byId("answer");
  const entries = new Map(
    [...list.querySelectorAll("article")].map((each) => [each.dataset.id, each]),
  );
  const rows = [...entries].map(([id, each]) => ({
    id,
    names: [...each.querySelectorAll(".name, .alias")].map((e) => search.split(e.textContent)),
  }));
  const HEADINGS = { it: "This is it", close: "Close: ask first" };
  const clone = (id) => byId(id).content.cloneNode(true);

  function showOffer(id) {
    const offer = clone("offer");
    const entry = entries.get(id);
    const link = offer.querySelector("a");
    link.textContent = entry.querySelector(".name").textContent;
    link.href = `#${entry.id}`;
    offer.querySelector(".area").textContent = entry.dataset.area;
    offer.querySelector(".summary").textContent = entry.querySelector(".summary").textContent;
    return offer;
  }
  function showEntry(id) {
    const copy = entries.get(id).cloneNode(true);
    copy.removeAttribute("id");
    copy.classList.add("found");
    const when = clone("when");
    copy.append(when);
    return copy;
  }
  let shown = "";
  function show(found) {
    const ids = found.rows.filter((id) => entries.has(id));
    const kind = ids.length ? found.answer : "nothing";
    const key = JSON.stringify([kind, ids]);
    if (key === shown) return;
    shown = key;
    const parts = [];
    if (kind === "nothing") parts.push(clone("nothing"));
    else {
      const heading = document.createElement("h2");
      heading.textContent = HEADINGS[kind];
      heading.className = `answer-${kind}`;
      parts.push(heading);
      if (kind === "it") parts.push(showEntry(ids[0]));
      else {
        parts.push(clone("ask-first"));
        const offers = document.createElement("ul");
        offers.className = "offers";
        offers.append(...ids.map(showOffer));
        parts.push(offers);
      }
    }
    answer.replaceChildren(...parts);
    status.textContent = kind === "nothing" ? "Nothing is recorded under these words."
      : kind === "it" ? `This is it: ${entries.get(ids[0]).querySelector(".name").textContent}`
      : `Close, ask first: ${ids.length} ${ids.length === 1 ? "entry" : "entries"}`;
  }

  function showNone() {
    shown = "";
    answer.replaceChildren();
    status.textContent = "";
  }

  const KINDS = {
    "this is it": "it",
    "close: ask first": "close",
    "nothing is recorded under these words": "nothing",
  };
  const address = root.dataset.find;
  // The tables of a long list are empty where it is served: what it has is for the server to say.
  const knows = !address || told.met.length > 0;
  const link = (words) => `${address}?q=${encodeURIComponent(words)}`;
  let asking = null;
  async function askServer(words) {
    asking?.abort();
    asking = new AbortController();
    try {
      const reply = await fetch(`${link(words)}&typing`, { signal: asking.signal });
      if (!reply.ok) return tellUnanswered(words);
      const said = await reply.json();
      if (field.value.trim() !== words || !(said.answer in KINDS)) return;
      const ids = said.row ? [said.row.capability_id] : said.close.map((e) => e.capability_id);
      const found = { answer: KINDS[said.answer], rows: ids };
      // A word that is half written is nothing to `find`: what has it stays in sight.
      if (found.answer !== "nothing" || !search.find(words, rows).begun) show(found);
    } catch (error) { if (error.name !== "AbortError") tellUnanswered(words); }
  }
  function tellUnanswered(words) {
    if (knows || field.value.trim() !== words || search.find(words, rows).begun) return;
    showNone();
    answer.append(clone("unanswered"));
    status.textContent = answer.textContent.trim();
  }
  // An ask counts once it is meant: by Enter, by leaving the field, by a step into the answer, or
  // after a rest. Half a word, and what was there when the page was opened, is never meant.
  const meant = new Set();
  function mean() {
    const words = field.value.trim();
    clearTimeout(resting);
    if (!address || !words || meant.has(words)) return;
    meant.add(words);
    fetch(link(words), { keepalive: true }).catch(() => {});
  }
  let waiting = 0;
  let resting = 0;
  function ask(event) {
    const words = field.value.trim();
    clearTimeout(waiting);
    clearTimeout(resting);
    const isAsked = words !== "";
    root.classList.toggle("is-asked", isAsked);
    byId("clear").hidden = !isAsked;
    answer.hidden = !isAsked;
    if (!isAsked) {
      asking?.abort();
      showNone();
      return;
    }
    const found = search.find(words, rows);
    if (knows || found.begun) show(found);
    else showNone();
    if (!address) return;
    waiting = setTimeout(askServer, 150, words);
    if (!event) meant.add(words);
    else if (!found.isHalf && !event.isComposing) resting = setTimeout(mean, 2000);
  }
  function clear() {
    field.value = "";
    ask();
    field.focus();
  }
  field.addEventListener("input", ask);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) mean();
  });
  field.addEventListener("blur", (event) => {
    if (event.relatedTarget !== byId("clear")) mean();
  });
  byId("clear").addEventListener("click", clear);
  answer.addEventListener("click", (event) => {
    if (event.target.closest("a, button")) mean();
    const chosen = event.target.closest("a[href^='#']");
    if (!chosen) return;
    event.preventDefault();
    const entry = byId(decodeURIComponent(chosen.hash.slice(1)));
    field.value = "";
    ask();
    entry.scrollIntoView({ block: "center" });
    entry.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && field.value) clear();
  });
  if (field.value) ask();
})();
