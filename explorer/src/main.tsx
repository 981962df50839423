import { effect } from "@preact/signals";
import { render } from "preact";
import { App, title } from "./app.tsx";
import { readCore } from "./data.ts";
import { landscapeOf } from "./landscape.ts";
import { day, hashOf, land, lang, model, takeUp, view } from "./state.ts";
import "./style.css";

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  land.value = landscapeOf(await readCore());
  lang.value = navigator.language.startsWith("ja") ? 1 : 0;
  day.value = land.value.core.about.as_of;
  takeUp(location.hash);
  root.replaceChildren();
  render(<App />, root);

  let waiting = 0;
  let known = location.hash;
  effect(() => {
    const address = hashOf();
    document.documentElement.lang = lang.value ? "ja" : "en";
    document.title = title();
    // browsers refuse an address that changes with every step of a slider
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      // a link that was followed in the meantime counts
      if (location.hash === known && known !== address) history.replaceState(null, "", address);
      known = location.hash;
    }, 150);
  });
  addEventListener("hashchange", () => {
    clearTimeout(waiting);
    known = location.hash;
    const before = `${view.value} ${model.value}`;
    takeUp(location.hash);
    if (`${view.value} ${model.value}` !== before) {
      scrollTo(0, 0);
      document.getElementById("results")?.focus({ preventScroll: true });
    }
  });
}

start().catch((error: unknown) => {
  const note = document.createElement("p");
  note.textContent = `This browser cannot show the page. このブラウザーでは表示できません。 (${String(error)})`;
  document.getElementById("app")?.replaceChildren(note);
});
