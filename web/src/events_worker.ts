// One stream for all tabs of the browser: HTTP/1.1 allows a browser six connections to a host, and each stream holds
// one. Runs as SharedWorker. A tab that has not spoken for 40 s is gone (closing tells nothing here); where no tab is
// visible for a minute the stream is closed, and opened again with the first that is.
import { EventsReader } from "./events_reader";

interface Tab {
  port: MessagePort;
  seen: number;
  visible: boolean;
}
const tabs = new Map<MessagePort, Tab>();
let key: string | null = null;
let hidden_since = 0;
let running = false;

const tell = (message: unknown) => {
  for (const tab of tabs.values()) tab.port.postMessage(message);
};
const reader = new EventsReader(
  () => (key ? { Authorization: `Bearer ${key}` } : ({} as Record<string, string>)),
  (event) => tell({ event }),
  (state) => tell({ state }),
);

function look(): void {
  const now = Date.now();
  for (const [port, tab] of tabs) if (now - tab.seen > 40_000) tabs.delete(port);
  const visible = [...tabs.values()].some((tab) => tab.visible);
  if (visible) hidden_since = 0;
  else if (hidden_since === 0) hidden_since = now;
  if (visible && !running) {
    running = true;
    reader.start();
  } else if (running && !visible && now - hidden_since > 60_000) {
    running = false;
    reader.stop();
  }
}
setInterval(look, 5000);

(self as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (connected) => {
  const port = connected.ports[0]!;
  const tab: Tab = { port, seen: Date.now(), visible: true };
  tabs.set(port, tab);
  port.onmessage = (message: MessageEvent) => {
    tab.seen = Date.now();
    tabs.set(port, tab);
    const given = message.data as { key?: string | null; visible?: boolean; again?: boolean };
    if (given.visible !== undefined) tab.visible = given.visible;
    if (given.key !== undefined && given.key !== key) {
      key = given.key;
      reader.again();
    } else if (given.again) {
      reader.again();
    }
    look();
  };
  port.postMessage({ state: reader.state });
  look();
};
