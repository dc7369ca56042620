// The keyboard map. Off while something is typed; every action stands on the page for Tab as well.
import { useEffect, useRef } from "preact/hooks";
import { go } from "./router";

export type Keys = Record<string, () => void>;
const stack: { map: Keys }[] = [];
let first_of_two = "";
let first_at = 0;

export const keyWords: [string, string][] = [
  ["/", "go to the filter"],
  ["g n", "Now"],
  ["g j", "Jobs"],
  ["g o", "Nodes"],
  ["g c", "Compare"],
  ["n", "new job"],
  ["j, k", "next, previous row"],
  ["x", "select the row"],
  ["Enter", "open the row"],
  ["c", "compare what is selected"],
  ["r", "retry what is selected, or the job that is shown"],
  ["?", "this list"],
  ["Esc", "close what is open"],
];
const places: Record<string, string> = { n: "/", j: "/jobs", o: "/nodes", c: "/compare" };

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest?.("input, textarea, select, dialog, [contenteditable]");
}

export function startKeys(help: () => void): void {
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.metaKey || key.altKey || key.defaultPrevented || typing(key.target)) return;
    const two = first_of_two && Date.now() - first_at < 1500 ? first_of_two : "";
    first_of_two = "";
    if (two === "g") {
      const place = places[key.key];
      if (place) {
        key.preventDefault();
        go(place);
      }
      return;
    }
    if (key.key === "g") {
      first_of_two = "g";
      first_at = Date.now();
      return;
    }
    if (key.key === "?") return help();
    if (key.key === "n" && !stack.some((shown) => shown.map.n)) {
      key.preventDefault();
      return go("/jobs/new");
    }
    for (let i = stack.length - 1; i >= 0; --i) {
      const act = stack[i]!.map[key.key];
      if (!act) continue;
      // Enter on a link or a button is theirs.
      if (key.key === "Enter" && (key.target as Element).closest("a, button, summary, [tabindex='0']")) return;
      key.preventDefault();
      return act();
    }
  });
}

// What a key does is what was drawn last, not what an effect will have noted a frame later.
export function useKeys(map: Keys): void {
  const shown = useRef({ map }).current;
  shown.map = map;
  useEffect(() => {
    stack.push(shown);
    return () => {
      stack.splice(stack.indexOf(shown), 1);
    };
  }, []);
}
