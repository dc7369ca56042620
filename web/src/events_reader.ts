// One stream of the master's events (docs/user/queue.md), read by fetch and not by EventSource: that one cannot bring a
// key. It goes on where it ended (Last-Event-ID), and comes back after 1, 2, 4 … 30 s where the master is away.

export interface Event {
  name: string;
  id: string;
  data: unknown;
}
export type State = "connecting" | "live" | "away" | "none"; // none: this master has no such route

const path = "/api/v1/events?topics=job,node,live";
// The master says something at least every 15 s.
const silence_ms = 40_000;

export class EventsReader {
  private last = "";
  private stopped = true;
  private abort: AbortController | undefined;
  private wait_ms = 1000;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;
  state: State = "connecting";

  constructor(
    private readonly headers: () => Record<string, string>,
    private readonly told: (event: Event) => void,
    private readonly changed: (state: State) => void,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.run();
  }
  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
  }
  // Another key, or the network is back: now, not in half a minute.
  again(): void {
    if (this.stopped) return;
    this.wait_ms = 1000;
    this.abort?.abort();
    clearTimeout(this.timer);
    void this.run();
  }

  private set(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.changed(state);
  }
  private later(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), this.wait_ms * (0.8 + 0.4 * Math.random()));
    this.wait_ms = Math.min(30_000, this.wait_ms * 2);
  }

  private async run(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    const alive = () => {
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => abort.abort(), silence_ms);
    };
    try {
      alive();
      const sent: Record<string, string> = { Accept: "text/event-stream", ...this.headers() };
      if (this.last) sent["Last-Event-ID"] = this.last;
      const response = await fetch(path, { headers: sent, signal: abort.signal, cache: "no-store" });
      if (response.status === 404) {
        this.set("none");
        this.wait_ms = 30_000;
      } else if (response.ok && response.body) {
        this.set("live");
        this.wait_ms = 1000;
        await this.read(response.body, alive);
        this.set("away");
      } else {
        this.set("away");
      }
    } catch {
      if (this.abort !== abort) return; // again() took over
      this.set("away");
    }
    if (this.abort === abort) this.later();
  }

  private async read(body: ReadableStream<Uint8Array>, alive: () => void): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    let event = { name: "message", data: "" };
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      rest += decoder.decode(value, { stream: true });
      for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
        const line = rest.slice(0, end).replace(/\r$/, "");
        rest = rest.slice(end + 1);
        if (line === "") {
          if (event.data) this.tell(event.name, event.data);
          event = { name: "message", data: "" };
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") event.name = text;
        else if (field === "id") this.last = text;
        else if (field === "data") event.data += (event.data ? "\n" : "") + text;
      }
    }
  }

  private tell(name: string, data: string): void {
    try {
      this.told({ name, id: this.last, data: JSON.parse(data) });
    } catch {
      this.told({ name: "reset", id: this.last, data: {} }); // cut on its way: read anew
    }
  }
}
