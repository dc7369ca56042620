// What this browser's reader likes: theme and unit of energy. Kept in localStorage; a browser that forbids it forgets.
import { setEnergyIn } from "./numbers";

export type Theme = "system" | "light" | "dark";

function read(name: string): string | null {
  try {
    return localStorage.getItem(`ffwatt.${name}`);
  } catch {
    return null;
  }
}
function write(name: string, value: string): void {
  try {
    localStorage.setItem(`ffwatt.${name}`, value);
  } catch {
    // for this visit only
  }
}

export function theme(): Theme {
  const kept = read("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}
export function setTheme(next: Theme): void {
  write("theme", next);
  applyTheme();
}
export function applyTheme(): void {
  const chosen = theme();
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  dispatchEvent(new CustomEvent("ffwatt-theme"));
}

export function energyUnit(): "J" | "Wh" {
  return read("energy") === "Wh" ? "Wh" : "J";
}
export function setEnergyUnit(unit: "J" | "Wh"): void {
  write("energy", unit);
  setEnergyIn(unit);
}
