// The address is the state: pages, filters and what is chosen stand in it, so that a link shows what its sender saw.
import { useEffect, useState } from "preact/hooks";

export const root = "/ui";

export interface Place {
  path: string; // below /ui, begins with a slash
  query: URLSearchParams;
}
export function placeNow(): Place {
  const path = location.pathname.startsWith(root) ? location.pathname.slice(root.length) : "";
  return { path: path.replace(/\/+$/, "") || "/", query: new URLSearchParams(location.search) };
}

const moved = new Set<() => void>();
export function go(to: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", root + (to === "/" ? "" : to));
  else history.replaceState(null, "", root + (to === "/" ? "" : to));
  for (const told of moved) told();
}
export function setQuery(changes: Record<string, string | undefined>): void {
  const { path, query } = placeNow();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  go(path + (text ? `?${text}` : ""), "replace");
}

export function usePlace(): Place {
  const [place, set] = useState(placeNow);
  useEffect(() => {
    const look = () => set(placeNow());
    moved.add(look);
    addEventListener("popstate", look);
    return () => {
      moved.delete(look);
      removeEventListener("popstate", look);
    };
  }, []);
  return place;
}

// Links within these pages do not load them again.
export function catchLinks(): void {
  document.addEventListener("click", (click) => {
    if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    const link = (click.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname !== root && !link.pathname.startsWith(`${root}/`)) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    click.preventDefault();
    go((link.pathname.slice(root.length) || "/") + link.search);
    scrollTo(0, 0);
  });
}
