// Answers an ask from tables that `find` filled (translators/find/lookup.py): whole asks and words
// are looked up, and nothing is called "this is it" that `find` was not asked about beforehand.
function makeSearch(tables) {
  const names = new Map(Object.entries(tables.names));
  const written = new Map(Object.entries(tables.written));
  const opened = new Set(tables.opened);
  const frames = (table) => Object.entries(table).map(([words, but]) => [words, new Set(but)]);
  const openings = frames(tables.openings);
  const closings = frames(tables.closings);
  const small = new Set(tables.small);
  const met = new Map();
  for (const each of tables.met) for (const word of each.words) met.set(word, each);

  const plain = (text) => /^[ -~\u00c0-\u00d6\u00d8-\u00de\u00e0-\u00f6\u00f8-\u00fe]*$/.test(text);
  const raise = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const tidy = (ask) =>
    ask.replace(/[ \t\n\r]+/g, " ").replace(/^[ \u00a1\u00bf]+/, "").replace(/[ ?!.]+$/, "");

  function lookUp(ask) {
    if (written.has(ask)) return written.get(ask);
    const low = ask.toLowerCase();
    if (!names.has(low)) return null;
    if (ask === low) return names.get(low);
    if (!plain(ask)) return null;
    const titled = low.split(" ").map(raise).join(" ");
    return [raise(low), titled, low.toUpperCase()].includes(ask) ? names.get(low) : null;
  }

  function nameRow(ask) {
    const row = lookUp(ask);
    if (row !== null) return row;
    for (const [words, but] of openings) {
      const said = ask.slice(0, words.length).replace(/\bI\b/g, "i");
      const rest = ask.slice(words.length + 1);
      const isSaid = said === words || said === raise(words);
      if (isSaid && ask[words.length] === " " && opened.has(rest) && !but.has(rest)) {
        return lookUp(rest);
      }
    }
    for (const [words, but] of closings) {
      const rest = ask.slice(0, -words.length - 1);
      if (ask.endsWith(` ${words}`) && opened.has(rest) && !but.has(rest)) return lookUp(rest);
    }
    return null;
  }

  const fold = (text) =>
    text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/\u00df/g, "ss");
  const split = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  // Rows that meet a good part of what an ask tells, as `find` weighs it.
  function rankRows(ask) {
    const scores = new Map();
    let total = 0;
    for (const word of split(ask)) {
      if (small.has(word)) continue;
      const known = met.get(word);
      total += known ? known.weight : tables.unknown;
      for (const [row, score] of known ? known.rows : []) {
        scores.set(row, (scores.get(row) ?? 0) + score);
      }
    }
    const ranked = [...scores].map(([row, score]) => [row, score / total]);
    ranked.sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    const least = ranked.length ? Math.max(tables.least, ranked[0][1] / 2) : 0;
    return ranked.filter(([, score]) => score >= least).slice(0, 3).map(([row]) => row);
  }

  // Rows with a name that has all of these words, the last of them perhaps half written.
  function filterRows(ask, rows) {
    const words = split(ask);
    const last = words.pop() ?? "";
    if (last.length < 2) return [];
    return rows.filter((row) => row.names.some((name) =>
      words.every((word) => name.includes(word)) && name.some((word) => word.startsWith(last)),
    )).map((row) => row.id);
  }

  return {
    split,
    // {answer: "it" | "close" | "nothing", rows: ids, begun: whether the last word is one's start,
    // isHalf: whether it is no more than that}; rows: [{id, names: [[words], ...]}].
    find(asked, rows) {
      const ask = tidy(asked);
      const row = ask.length > 400 ? null : nameRow(ask);
      if (row !== null) return { answer: "it", rows: [row] };
      const begun = filterRows(ask.slice(0, 400), rows);
      const close = begun.length ? begun : rankRows(ask.slice(0, 400));
      const last = split(ask).pop();
      const isHalf = begun.length > 0 && !rows.some((row) => row.names.some((name) => name.includes(last)));
      return { answer: close.length ? "close" : "nothing", rows: close, begun: begun.length > 0, isHalf };
    },
  };
}
