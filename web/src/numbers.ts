// Numbers as people read them: a value, its unit and its interval, with as many digits as the interval is worth. What
// is unknown reads "n/a (reason)" and is never 0.
import type { Measured } from "./types";

export interface Scaled {
  factor: number; // divide by it
  unit: string;
}

const steps = (unit: string, list: [number, string][]): ((size: number) => Scaled) => (size) => {
  for (const [factor, prefix] of list) if (Math.abs(size) >= factor) return { factor, unit: prefix + unit };
  const last = list[list.length - 1]!;
  return { factor: last[0], unit: last[1] + unit };
};

const joules = steps("J", [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"]]);
const wattHours = steps("Wh", [[1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"]]);
const scales: Record<string, (size: number) => Scaled> = {
  J: joules,
  Wh: wattHours,
  W: steps("W", [[1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"]]),
  B: steps("B", [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]]),
  "b/s": steps("b/s", [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]]),
  g: steps("g", [[1e6, "t "], [1e3, "k"], [1, ""], [1e-3, "m"]]),
};

// "J" or "Wh": how the reader wants energy.
let energyUnit: "J" | "Wh" = "J";
export function energyIn(): "J" | "Wh" {
  return energyUnit;
}
export function setEnergyIn(unit: "J" | "Wh"): void {
  energyUnit = unit;
}

function decimalsOf(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  return Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
}

// Three digits that mean something: 4.65, 88.7, 1 234.
export function digits(value: number, count = 3): string {
  if (!Number.isFinite(value)) return "n/a (no number)";
  const text = value.toFixed(decimalsOf(value, count));
  return text.replace(/^(-?\d+)(?=\.|$)/, (whole) => whole.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f"));
}

function scaledFor(value: number, unit: string): { value: number; scale: Scaled } {
  if (unit === "J" && energyUnit === "Wh") return scaledFor(value / 3600, "Wh");
  const scale = scales[unit]?.(value) ?? { factor: 1, unit };
  return { value: value / scale.factor, scale };
}

// "412.6 J"; the space does not break.
export function amount(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "n/a";
  const scaled = scaledFor(value, unit);
  return `${digits(scaled.value)}\u00a0${scaled.scale.unit}`;
}

export interface Words {
  value: string; // "412.6"
  spread: string; // "± 9.1", "300 to 900"; empty where there is none
  unit: string;
}

export function withInterval(value: number, ci95: [number, number] | undefined, unit: string): Words {
  const scaled = scaledFor(value, unit);
  const factor = value === 0 ? 1 : value / scaled.value;
  if (!ci95) return { value: digits(scaled.value), spread: "", unit: scaled.scale.unit };
  const low = ci95[0] / factor;
  const high = ci95[1] / factor;
  const half = Math.max(high - scaled.value, scaled.value - low);
  if (half <= 0) return { value: digits(scaled.value), spread: "", unit: scaled.scale.unit };
  const even = Math.abs(high - scaled.value - (scaled.value - low)) <= 0.1 * half;
  const decimals = Math.min(decimalsOf(half, 2), decimalsOf(scaled.value, 4));
  const write = (x: number) => x.toFixed(decimals);
  return {
    value: write(scaled.value),
    spread: even ? `± ${half.toFixed(decimalsOf(half, 2) > decimals ? decimals : decimalsOf(half, 2))}` : `${write(low)} to ${write(high)}`,
    unit: scaled.scale.unit,
  };
}

export const unitOf: Record<string, string> = { joules: "J", watts: "W", amount: "", grams: "g" };

export function numberOf(m: Measured | undefined): { value: number; unit: string } | undefined {
  if (!m) return undefined;
  for (const key of ["joules", "watts", "grams", "amount"] as const) {
    const value = m[key];
    if (typeof value === "number") return { value, unit: key === "amount" ? (m.currency ?? "") : unitOf[key]! };
  }
  return undefined;
}

// One text for titles, CSV and summaries: "≈ 412.6 J ± 9.1", "n/a (powercap is for root only)".
export function measuredText(m: Measured | undefined, absent = "nobody has told"): string {
  const number = numberOf(m);
  if (!m || !number) return `n/a (${m?.reason ?? absent})`;
  const words = withInterval(number.value, m.ci95, number.unit);
  const sign = m.quality === "measured" ? "" : "≈ ";
  return `${sign}${words.value}\u00a0${words.unit}${words.spread ? ` ${words.spread}` : ""}`;
}

// "4.65 s", "1 min 05 s", "2 h 03 min", "3 d 4 h".
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "n/a";
  const s = Math.max(0, seconds);
  if (s > 0 && s < 1) return `${digits(s * 1000, 2)}\u00a0ms`;
  if (s < 10) return `${digits(s)}\u00a0s`;
  if (s < 60) return `${Math.round(s)}\u00a0s`;
  const two = (n: number) => String(n).padStart(2, "0");
  const whole = Math.round(s);
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min\u00a0${two(whole % 60)}\u00a0s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}\u00a0h\u00a0${two(minutes % 60)}\u00a0min`;
  return `${Math.floor(minutes / 1440)}\u00a0d\u00a0${Math.floor((minutes % 1440) / 60)}\u00a0h`;
}

// One unit is enough of an age: "42 s", "12 min", "3 h", "5 d".
export function coarse(seconds: number): string {
  for (const [length, unit] of [[86_400, "d"], [3600, "h"], [60, "min"]] as const)
    if (seconds >= length) return `${Math.floor(seconds / length)}\u00a0${unit}`;
  return `${Math.max(0, Math.floor(seconds))}\u00a0s`;
}

const scopes: Record<string, string> = {
  machine: "whole machine",
  psys: "platform",
  package: "CPU package",
  dram: "memory",
  gpu: "GPU",
};
export function scopeWords(scope: string | undefined): string {
  return scope ? (scopes[scope] ?? scope) : "scope not told";
}
const parts: Record<string, string> = {
  total: "total",
  above_idle: "above idle",
  idle_share: "idle share",
  marginal: "marginal",
  wall: "at the plug",
};
export function partWords(part: string): string {
  return parts[part] ?? part;
}
export function originWords(m: { quality: string; source?: string }): string {
  return m.source ? `${m.quality} (${m.source})` : m.quality;
}

// The report's headline, by the rule of src/jobs/energy.h: the known total of the widest scope, else the first total.
export function headline(lines: import("./types").EnergyLine[] | undefined) {
  const totals = (lines ?? []).filter((line) => line.part === "total");
  for (const scope of ["machine", "psys", "package", "gpu", "dram"]) {
    const found = totals.find((line) => line.scope === scope && typeof line.joules === "number");
    if (found) return found;
  }
  return totals[0];
}
