(() => {
  "use strict";
  const KEY = "backup-watch-token";
  const form = document.getElementById("sign-in"), field = document.getElementById("token");
  const wrong = document.getElementById("wrong");
  const basic = (token) => "Basic " + btoa(String.fromCharCode(...new TextEncoder().encode(":" + token)));
  const show = async (answer) => {
    const text = await answer.text();
    if ((answer.headers.get("content-type") ?? "").startsWith("text/html")) {
      document.open();
      document.write(text);
      document.close();
      return;
    }
    const plain = document.createElement("pre");
    plain.textContent = text;
    document.body.replaceChildren(plain);
  };
  const enter = async (token) => {
    const headers = { accept: "text/html", authorization: basic(token) };
    const answer = await fetch(location.href, { headers, cache: "no-store", credentials: "omit" });
    if (answer.status === 401) {
      sessionStorage.removeItem(KEY);
      return false;
    }
    sessionStorage.setItem(KEY, token); // for this tab, until it is closed
    await show(answer);
    return true;
  };
  const attempt = async (token) => {
    wrong.textContent = "";
    try {
      if (await enter(token)) return;
      wrong.textContent = wrong.dataset.wrong;
    } catch {
      wrong.textContent = wrong.dataset.failed;
    }
    field.select();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(field.value);
  });
  const kept = sessionStorage.getItem(KEY);
  if (kept) attempt(kept);
})();
