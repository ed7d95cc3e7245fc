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
  // Rows that are drawn as grids keep their meaning for a screen reader.
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell", TH: "columnheader" };
  const nameRoles = (part) => {
    for (const each of [part, ...part.querySelectorAll("thead, tbody, tr, td, th")]) each.setAttribute("role", each.scope === "row" ? "rowheader" : roles[each.tagName]);
  };
  nameRoles(table);
  if ("cut" in form.dataset) return; // not all rows are here: the server filters and sorts

  document.documentElement.classList.add("js");
  const body = table.tBodies[0], shown = byId("shown"), none = byId("none"), clear = byId("clear"), more = byId("more");
  const folded = (text) => text.normalize("NFC").toLowerCase();
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const fields = table.dataset.fields.split(" "), step = Number(table.dataset.step);
  const drawn = new Map([...body.rows].map((row) => [Number(row.dataset.r), row]));
  // A row is drawn when it is first seen: a copy of the template, which the server makes as it makes every row.
  const words = Object.fromEntries([...form.verdict.options].map((option) => [option.value, option.text]));
  const put = (part, text, attributes = {}) => {
    if (!text) return part.remove();
    part.append(text);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  };
  const draw = (each) => {
    const row = byId("row").content.firstElementChild.cloneNode(true), part = (name) => row.querySelector(name);
    row.className = `k${each.tone}`;
    row.dataset.r = each.rank;
    put(part("b"), words[each.verdict]);
    put(part("em"), each.muted && part("em").dataset.tag, { title: each.muted });
    part("em")?.removeAttribute("data-tag");
    put(part("bdi"), each.name);
    if (each.number && table.dataset.instance) part("th a").href = table.dataset.instance + each.path;
    else part("th a").replaceWith(part("bdi"));
    const where = part("th small");
    if (each.place || each.number) {
      where.prepend(each.place);
      where.lastChild.append(each.number);
    } else where.remove();
    part(".f").classList.add(each.bar);
    part(".f").after(each.age);
    put(part("td small"), each.allowed);
    put(part("time"), each.local, { datetime: each.iso, title: `${each.iso.slice(0, 16).replace("T", " ")} UTC` });
    const [hours, minutes] = each.slot.split(":").map(Number);
    if (each.slot) part(".h").classList.add(`s${hours * 2 + (minutes >= 30)}`);
    else part(".h").remove();
    [each.slot, each.size, each.retention].forEach((text, at) => row.cells[at + 4].append(text));
    nameRoles(row);
    return row;
  };
  const element = (each) => {
    if (!drawn.has(each.rank)) drawn.set(each.rank, draw(each));
    return drawn.get(each.rank);
  };

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
  const split = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);
  // The pieces between the stars one after the other, and no regular expression, which many stars would keep busy for ever.
  const fits = (chars, piece, at) => piece.every((char, index) => char === "?" || char === chars[at + index]);
  const glob = (pattern) => {
    const [first, ...others] = pattern.split(/\*+/).map((piece) => [...piece]), last = others.pop();
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
  const globs = (field, loose) => split(folded(field?.value ?? "")).map((term) => glob(loose && !/[*?]/.test(term) ? `*${term}*` : term));
  const wanted = () => {
    const verdicts = split(form.verdict.value), regions = split(form.region.value), products = split(form.product?.value ?? "");
    const accounts = globs(form.account, false), terms = globs(form.match, true);
    return (each) =>
      (!verdicts.length || verdicts.includes(each.verdict)) &&
      (!regions.length || regions.includes(each.region)) &&
      (!products.length || products.includes(each.product)) &&
      (!accounts.length || accounts.some((is) => is(each.account))) &&
      (!terms.length || terms.some((is) => is(each.folded) || is(each.number)));
  };
  const filters = ["verdict", "account", "product", "region", "match"];
  const query = (sort) => {
    const parameters = new URLSearchParams();
    for (const name of filters) if (form[name]?.value.trim()) parameters.set(name, form[name].value.trim());
    if (sort && sort !== "worst") parameters.set("sort", sort);
    return "?" + parameters;
  };
  const next = (link) => {
    const { sort } = link.dataset, down = "down" in link.dataset;
    const first = down ? `-${sort}` : sort, other = down ? sort : `-${sort}`;
    return (form.sort.value || "worst") === first ? other : first;
  };
  const remember = () => {
    history.replaceState(null, "", query(form.sort.value));
    for (const link of table.tHead.querySelectorAll("a")) link.href = query(next(link)) + "#all";
  };

  let rows, databases, listed, matching, growing;
  const tellCount = () => {
    const seen = listed.filter((each) => each.number).length, expected = listed.length - seen, { text, expected: also } = shown.dataset;
    shown.textContent = text.replace("{shown}", number(seen)).replace("{total}", number(databases)) +
      (expected ? also.replace("{expected}", number(expected)) : "");
    more.hidden = listed.length === matching.length;
    const all = more.querySelector("a");
    all.textContent = more.dataset.text.replace("{count}", number(matching.length));
    all.href = `${query(form.sort.value)}&show=all#all`;
  };
  const list = (count) => {
    listed = matching.slice(0, count);
    body.replaceChildren(...listed.map(element));
  };
  const filter = () => {
    ready();
    clearTimeout(growing);
    matching = rows.filter(wanted());
    list(step);
    none.hidden = matching.length > 0;
    clear.hidden = query("") === "?";
    tellCount();
    remember();
  };
  const grow = () => { // a step at a time, between which the page goes on
    ready();
    const added = matching.slice(listed.length, listed.length + step);
    listed.push(...added);
    body.append(...added.map(element));
    tellCount();
    if (listed.length < matching.length) growing = setTimeout(grow, 0);
  };
  const compare = (sort, down) => (a, b) => {
    const left = a.by[sort], right = b.by[sort];
    if (left === null || right === null) return (left === null) - (right === null) || a.rank - b.rank;
    const order = sort === "name" ? ordered(left, right) : (left > right) - (left < right);
    return (down ? -order : order) || a.rank - b.rank;
  };
  const arrange = (sort, down) => {
    if (sort === "name") for (const each of rows) each.by.name ??= natural(each.folded);
    rows.sort(compare(sort, down));
  };
  const sortBy = (link) => {
    ready();
    const sort = next(link), down = sort.startsWith("-");
    clearTimeout(growing);
    form.sort.value = sort === "worst" ? "" : sort;
    arrange(link.dataset.sort, down);
    matching = rows.filter(wanted());
    list(step);
    for (const heading of table.tHead.querySelectorAll("th")) heading.removeAttribute("aria-sort");
    link.parentElement.setAttribute("aria-sort", down ? "descending" : "ascending");
    tellCount();
    remember();
    const { sorted, up, down: downwards } = shown.dataset;
    shown.textContent = sorted.replace("{column}", link.textContent.trim()).replace("{direction}", down ? downwards : up);
  };
  // The data of thousands is read when it is first needed, or there is time.
  const known = (text) => text || null; // what a heading sorts by; null is not known, and comes last
  const ready = () => {
    if (rows) return;
    rows = JSON.parse(byId("rows").textContent).map((values, rank) => {
      const each = { rank };
      fields.forEach((field, at) => { each[field] = values[at]; });
      each.folded = folded(each.name);
      each.by = { worst: rank, freshness: each.ratio, newest: known(each.iso), slot: known(each.slot), size: each.size_bytes, retention: each.retention_days };
      return each;
    });
    databases = rows.filter((each) => each.number).length;
    const sort = form.sort.value || "worst";
    arrange(sort.replace("-", ""), sort.startsWith("-"));
    matching = rows.filter(wanted());
    listed = matching.slice(0, body.rows.length);
  };
  (window.requestIdleCallback ?? setTimeout)(ready);

  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  clear.addEventListener("click", (event) => {
    event.preventDefault();
    choose({});
    form.match.focus();
  });
  more.addEventListener("click", (event) => {
    event.preventDefault();
    grow();
  });
  table.tHead.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sortBy(link);
  });
  const choose = (values) => {
    for (const name of filters) if (form[name]) form[name].value = values[name] ?? "";
    filter();
  };
  for (const link of document.querySelectorAll(".counts a, .groups a")) link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(Object.fromEntries(new URL(link.href).searchParams));
    byId("all").scrollIntoView();
    byId("all").focus({ preventScroll: true });
  });
})();
