// What happens now, for every page: the one stream of the browser (events_worker.ts), where this master has it, and
// how far running jobs are. Pages ask resource.ts and useLive(); nobody else speaks to the stream.
import { useEffect, useState } from "preact/hooks";
import { headers, key, onKey, request } from "./api";
import { EventsReader, type Event, type State } from "./events_reader";
import type { Live } from "./types";

declare const EVENTS_WORKER: string; // its hashed name, put in by the build

type Told = (event: Event) => void;
const listeners = new Set<Told>();
const stateListeners = new Set<(state: State) => void>();
let state: State = "connecting";

export function streamState(): State {
  return state;
}
export function onEvent(told: Told): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}
export function onState(told: (state: State) => void): () => void {
  stateListeners.add(told);
  return () => stateListeners.delete(told);
}
export function useStreamState(): State {
  const [now, set] = useState(state);
  useEffect(() => onState(set), []);
  return now;
}

// Power over the last minutes of each running job, as this page heard it.
export interface Seen {
  live: Live;
  at: number; // of this browser's clock
  times: number[]; // elapsed seconds of the attempt
  watts: (number | null)[];
}
const most_points = 1800;
const seen = new Map<string, Seen>();
const seenListeners = new Map<string, Set<() => void>>();

export function took(live: Live): void {
  const before = seen.get(live.job_id);
  const same = before && before.live.attempt === live.attempt;
  const entry: Seen = { live, at: Date.now() - 1000 * (live.age_seconds ?? 0), times: same ? before.times : [], watts: same ? before.watts : [] };
  const elapsed = live.elapsed_seconds;
  if (elapsed !== undefined && elapsed > (entry.times[entry.times.length - 1] ?? -1)) {
    entry.times.push(elapsed);
    entry.watts.push(typeof live.power?.watts === "number" ? live.power.watts : null);
    if (entry.times.length > most_points) {
      entry.times.shift();
      entry.watts.shift();
    }
  }
  seen.set(live.job_id, entry);
  for (const id of [live.job_id, "*"]) for (const told of seenListeners.get(id) ?? []) told();
}
export function forgetLive(job: string): void {
  if (seen.delete(job)) for (const id of [job, "*"]) for (const told of seenListeners.get(id) ?? []) told();
}

function listen(id: string, told: () => void): () => void {
  const set = seenListeners.get(id) ?? new Set();
  seenListeners.set(id, set.add(told));
  return () => {
    set.delete(told);
  };
}

// How far this job is. Where there is no stream it is asked for every 2 s, while the page is looked at.
export function useLive(job: string | undefined): Seen | undefined {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!job) return undefined;
    const off = listen(job, () => draw((n) => n + 1));
    const poll = async () => {
      if (document.hidden || state === "live") return;
      try {
        took(await request<Live>(`/jobs/${job}/live`));
      } catch {
        // the page's own question tells what is wrong
      }
    };
    void request<Live>(`/jobs/${job}/live`).then(took, () => undefined); // what is known, before the next word
    const timer = setInterval(() => void poll(), 2000);
    return () => {
      off();
      clearInterval(timer);
    };
  }, [job]);
  return job ? seen.get(job) : undefined;
}
// Draws again when anything is told.
export function useAllLive(): Map<string, Seen> {
  const [, draw] = useState(0);
  useEffect(() => listen("*", () => draw((n) => n + 1)), []);
  return seen;
}

function take(event: Event): void {
  if (event.name === "live") took(event.data as Live);
  for (const told of listeners) told(event);
}
function become(next: State): void {
  state = next;
  for (const told of stateListeners) told(next);
}

export function startStream(): void {
  if (typeof SharedWorker === "function") {
    try {
      const worker = new SharedWorker(`/ui/assets/${EVENTS_WORKER}`, { type: "module", name: "ffwatt events" });
      worker.port.onmessage = (message: MessageEvent) => {
        const given = message.data as { event?: Event; state?: State };
        if (given.event) take(given.event);
        if (given.state) become(given.state);
      };
      const speak = () => worker.port.postMessage({ key: key(), visible: !document.hidden });
      speak();
      setInterval(speak, 15_000);
      document.addEventListener("visibilitychange", speak);
      onKey(speak);
      addEventListener("online", () => worker.port.postMessage({ again: true }));
      addEventListener("pagehide", () => worker.port.postMessage({ visible: false }));
      return;
    } catch {
      // a browser that forbids workers: a stream of this tab's own
    }
  }
  const reader = new EventsReader(headers, take, become);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => reader.stop(), 60_000);
    else reader.start();
  };
  look();
  document.addEventListener("visibilitychange", look);
  onKey(() => reader.again());
}
