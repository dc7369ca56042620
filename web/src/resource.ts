// What a page shows, and when it is asked for again: after an event that concerns it, at its interval where no stream
// tells, and at once when the page is looked at again. What was there stays until the next answer; a fault stays beside
// it. One entry a path, shared by all who show it.
import { useEffect, useState } from "preact/hooks";
import { asProblem, onKey, request, type Problem } from "./api";
import { onEvent, onState, streamState } from "./live";

export interface Loaded<T> {
  data?: T;
  problem?: Problem;
  at: number; // of the last good answer, of this browser's clock; 0: none yet
  loading: boolean;
  stale: boolean; // older than two of its intervals
  again: () => void;
}

// Which events make it ask again.
export type Concern = (name: string, data: Record<string, unknown>) => boolean;
export const anyJob: Concern = (name) => name === "job";
export const anyNode: Concern = (name) => name === "node";
export const ofJob = (id: string): Concern => (name, data) => name === "job" && (data.id === id || String(data.number) === id);
export const either = (...all: Concern[]): Concern => (name, data) => all.some((one) => one(name, data));
export const never: Concern = () => false;

class Entry {
  data: unknown;
  problem: Problem | undefined;
  at = 0;
  loading = false;
  private dirty = false;
  private asked = 0;
  private readonly shown = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private off: (() => void)[] = [];
  every = 5;
  concern: Concern = never;

  constructor(readonly path: string) {}

  show(draw: () => void): () => void {
    this.shown.add(draw);
    if (this.shown.size === 1) this.begin();
    return () => {
      this.shown.delete(draw);
      if (this.shown.size === 0) this.end();
    };
  }
  stale(): boolean {
    return this.at > 0 && Date.now() - this.at > 2000 * Math.max(this.interval(), 5) + 2000;
  }
  // With a stream only a look now and then, for what no event tells.
  private interval(): number {
    return streamState() === "live" && this.concern !== never ? Math.max(this.every, 30) : this.every;
  }
  private begin(): void {
    if (Date.now() - this.at > 1000) this.ask();
    const tick = () => {
      if (document.hidden) return;
      if (Date.now() - this.asked >= 1000 * this.interval() - 200) this.ask();
      else if (this.stale()) this.draw();
    };
    this.timer = setInterval(tick, 1000);
    document.addEventListener("visibilitychange", tick);
    this.off = [
      () => document.removeEventListener("visibilitychange", tick),
      onKey(() => this.ask()),
      onState((state) => (state === "live" || state === "away") && this.ask()),
      onEvent((event) => {
        const all = event.name === "reset" || event.name === "elsewhere";
        if (all ? this.concern !== never : this.concern(event.name, event.data as Record<string, unknown>)) this.askSoon();
      }),
    ];
  }
  private end(): void {
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.soon = undefined;
    for (const off of this.off) off();
  }
  private draw(): void {
    for (const one of this.shown) one();
  }
  // Many events at once are one question.
  askSoon(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.ask();
    }, 250);
  }
  ask(): void {
    this.asked = Date.now();
    if (this.loading) {
      this.dirty = true;
      return;
    }
    this.loading = true;
    this.draw();
    void request<unknown>(this.path)
      .then((data) => {
        this.data = data;
        this.problem = undefined;
        this.at = Date.now();
      })
      .catch((error: unknown) => {
        this.problem = asProblem(error);
        // What is not there any more must not look as if it were.
        if (this.problem.status === 404 || this.problem.status === 401) {
          this.data = undefined;
          this.at = 0;
        }
      })
      .then(() => {
        this.loading = false;
        this.draw();
        if (this.dirty) {
          this.dirty = false;
          this.askSoon();
        }
      });
  }
}

const most_kept = 60;
const entries = new Map<string, Entry>();
function entryOf(path: string): Entry {
  let entry = entries.get(path);
  if (!entry) {
    entry = new Entry(path);
    entries.set(path, entry);
    for (const [old] of entries) {
      if (entries.size <= most_kept) break;
      entries.delete(old);
    }
  }
  return entry;
}

export function useResource<T>(path: string | undefined, every: number, concern: Concern = never): Loaded<T> {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!path) return undefined;
    const entry = entryOf(path);
    entry.every = every;
    entry.concern = concern;
    return entry.show(() => draw((n) => n + 1));
  }, [path, every]);
  const entry = path ? entryOf(path) : undefined;
  return {
    data: entry?.data as T | undefined,
    problem: entry?.problem,
    at: entry?.at ?? 0,
    loading: entry?.loading ?? false,
    stale: entry?.stale() ?? false,
    again: () => entry?.ask(),
  };
}
// After a change that this page made itself.
export function askAgain(begin: string): void {
  for (const [path, entry] of entries) if (path.startsWith(begin)) entry.askSoon();
}
