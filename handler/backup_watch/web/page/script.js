(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const ago = byId("ago");
  const tellAge = () => {
    const minutes = Math.floor((Date.now() - Date.parse(ago.dataset.at)) / 60000);
    const { text, old } = ago.dataset, isOld = minutes >= 60; // a tab that was left open must not pass for the present
    const said = isOld ? old.replace("{hours}", Math.floor(minutes / 60)) : text.replace("{minutes}", minutes);
    ago.textContent = minutes > 0 ? " " + said : "";
    ago.classList.toggle("old", isOld);
  };
  tellAge();
  setInterval(tellAge, 30000);

  const form = byId("filter"), table = byId("table");
  if (!form) return;
  const folded = (text) => text.normalize("NFC").toLowerCase();
  const rows = [...table.tBodies[0].rows].map((row) => {
    const [rank, freshness, size, retention] = row.dataset.k.split(" ").map((key) => (key === "-" ? null : Number(key)));
    const [, heading, , newest, slot] = row.cells, place = heading.querySelector("small");
    return {
      row, freshness, size, retention, worst: rank,
      name: folded(heading.firstChild.textContent),
      region: place?.firstChild.data.trim() ?? "",
      number: place?.lastChild.textContent ?? "",
      newest: newest.firstChild?.dateTime ?? null,
      slot: slot.textContent || null,
    };
  });
  const shown = byId("shown"), none = byId("none"), clear = byId("clear");
  const databases = rows.filter((each) => each.number).length;
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  // "db-2" before "db-10", as the server sorts (natural in sorting.py).
  const natural = (name) => name.split(/([0-9]+)/).filter(Boolean).map((part) => (/^[0-9]/.test(part) ? [0, BigInt(part.slice(0, 300)), part] : [1, 0n, part]));
  const ordered = (left, right) => {
    for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
      for (let part = 0; part < 3; part += 1) {
        const one = left[at][part], other = right[at][part];
        if (one !== other) return one < other ? -1 : 1;
      }
    }
    return left.length - right.length;
  };
  // Tables that are drawn as a grid on a narrow screen keep their meaning for a screen reader.
  const roles = [["table", "table"], ["thead, tbody", "rowgroup"], ["tr", "row"], ["td", "cell"], ["thead th", "columnheader"], ["tbody th", "rowheader"]];
  const narrow = matchMedia("(max-width: 60rem)");
  const nameRoles = () => {
    if (!narrow.matches || table.getAttribute("role")) return;
    table.setAttribute("role", "table");
    for (const [selector, role] of roles.slice(1)) for (const cell of table.querySelectorAll(selector)) cell.setAttribute("role", role);
  };
  nameRoles();
  narrow.addEventListener("change", nameRoles);
  if ("cut" in form.dataset) return; // not all rows are here: the server filters and sorts

  document.documentElement.classList.add("js");
  const split = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);
  // The pieces between the stars one after the other, and no regular expression, which many stars would keep busy for ever.
  const fits = (chars, piece, at) => piece.every((char, index) => char === "?" || char === chars[at + index]);
  const glob = (term) => {
    const [first, ...others] = (/[*?]/.test(term) ? term : `*${term}*`).split(/\*+/).map((piece) => [...piece]), last = others.pop();
    return (text) => {
      const chars = [...text];
      if (!fits(chars, first, 0)) return false;
      let at = first.length;
      if (!last) return at === chars.length;
      for (const piece of others) {
        while (at + piece.length <= chars.length && !fits(chars, piece, at)) at += 1;
        at += piece.length;
      }
      return at + last.length <= chars.length && fits(chars, last, chars.length - last.length);
    };
  };
  const wanted = () => {
    const verdicts = split(form.verdict.value), regions = split(form.region.value);
    const globs = split(folded(form.match.value)).map(glob);
    return ({ row, name, region, number }) =>
      (!verdicts.length || verdicts.includes(row.dataset.v)) &&
      (!regions.length || regions.includes(region)) &&
      (!globs.length || globs.some((each) => each(name) || each(number)));
  };
  const query = (sort) => {
    const parameters = new URLSearchParams();
    for (const name of ["verdict", "region", "match"]) if (form[name].value.trim()) parameters.set(name, form[name].value.trim());
    if (sort && sort !== "worst") parameters.set("sort", sort);
    return "?" + parameters;
  };
  const remember = () => {
    history.replaceState(null, "", query(form.sort.value));
    for (const link of table.tHead.querySelectorAll("a")) link.href = query(next(link)) + "#all";
  };
  const next = (link) => {
    const { sort } = link.dataset, down = "down" in link.dataset;
    const first = down ? `-${sort}` : sort, other = down ? sort : `-${sort}`;
    return (form.sort.value || "worst") === first ? other : first;
  };
  const filter = () => {
    const isWanted = wanted();
    let count = 0, expected = 0; // lines of the policy's expectations have no number
    for (const each of rows) {
      const seen = isWanted(each);
      if (each.row.hidden === seen) each.row.hidden = !seen;
      if (each.number) count += seen;
      else expected += seen;
    }
    none.hidden = count + expected > 0;
    clear.hidden = query("") === "?";
    const { text, expected: more } = shown.dataset;
    shown.textContent = text.replace("{shown}", number(count)).replace("{total}", number(databases)) +
      (expected ? more.replace("{expected}", number(expected)) : "");
    remember();
  };
  const compare = (sort, down) => (a, b) => {
    const left = a[sort], right = b[sort];
    if (left === null || right === null) return (left === null) - (right === null) || a.worst - b.worst;
    const order = sort === "name" ? ordered(natural(left), natural(right)) : (left > right) - (left < right);
    return (down ? -order : order) || a.worst - b.worst;
  };
  const sortBy = (link) => {
    const sort = next(link), down = sort.startsWith("-");
    form.sort.value = sort === "worst" ? "" : sort;
    rows.sort(compare(link.dataset.sort, down));
    table.tBodies[0].append(...rows.map(({ row }) => row));
    for (const heading of table.tHead.querySelectorAll("th")) heading.removeAttribute("aria-sort");
    link.parentElement.setAttribute("aria-sort", down ? "descending" : "ascending");
    remember();
    const { sorted, up, down: downwards } = shown.dataset;
    shown.textContent = sorted.replace("{column}", link.textContent.trim()).replace("{direction}", down ? downwards : up);
  };

  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  clear.addEventListener("click", (event) => {
    event.preventDefault();
    form.verdict.value = form.region.value = form.match.value = "";
    filter();
    form.match.focus();
  });
  table.tHead.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sortBy(link);
  });
  for (const link of document.querySelectorAll(".counts a")) link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.verdict.value = new URL(link.href).searchParams.get("verdict") ?? "";
    form.region.value = form.match.value = "";
    filter();
    byId("all").scrollIntoView();
    byId("all").focus({ preventScroll: true });
  });
})();
