// Requests to the master: the key where it asks for one, its problem documents as they are, a limit of time, and its
// clock, which may be a day away from the browser's.

export interface Problem {
  status: number; // 0: there was no answer
  title: string;
  detail: string;
  errors: { pointer: string; message: string }[];
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
}

export const base = "/api/v1";
const patience_ms = 10_000;
const key_name = "ffwatt.key";

let offset_ms = 0; // master's clock minus the browser's
export function masterNow(): number {
  return Date.now() + offset_ms;
}
export function ageSeconds(at: string | undefined): number | undefined {
  const time = at ? Date.parse(at) : NaN;
  return Number.isFinite(time) ? (masterNow() - time) / 1000 : undefined;
}

export function key(): string | null {
  return sessionStorage.getItem(key_name);
}
// Kept by this tab alone, and gone with it.
export function setKey(text: string | null): void {
  if (text) sessionStorage.setItem(key_name, text);
  else sessionStorage.removeItem(key_name);
  for (const told of keyListeners) told();
}
const keyListeners = new Set<() => void>();
export function onKey(told: () => void): () => void {
  keyListeners.add(told);
  return () => keyListeners.delete(told);
}

type Denied = (detail: string) => void;
let denied: Denied = () => undefined;
export function onDenied(told: Denied): void {
  denied = told;
}

export function headers(): Record<string, string> {
  const known = key();
  return known ? { Authorization: `Bearer ${known}` } : {};
}

function problemOf(status: number, body: unknown, text: string): Problem {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const errors = Array.isArray(given.errors) ? given.errors : [];
  return {
    status,
    title: typeof given.title === "string" ? given.title : `The master answered ${status}`,
    detail: typeof given.detail === "string" ? given.detail : text.slice(0, 300),
    errors: errors.map((e: Record<string, unknown>) => ({ pointer: String(e.pointer ?? ""), message: String(e.detail ?? e.message ?? "") })),
  };
}

export function noAnswer(error: unknown): Problem {
  const late = error instanceof DOMException && error.name === "AbortError";
  return {
    status: 0,
    title: late ? "The master did not answer within 10 s" : "The master cannot be reached",
    detail: late ? "It may be busy, or the network is slow." : "It may be starting again; this page goes on trying.",
    errors: [],
  };
}

export interface Options {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
}

async function ask(path: string, options: Options, accept: string): Promise<{ response: Response; text: string }> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience_ms);
  options.signal?.addEventListener("abort", () => abort.abort());
  try {
    const sent: Record<string, string> = { Accept: accept, ...headers() };
    if (options.body !== undefined) sent["Content-Type"] = "application/json";
    const response = await fetch(base + path, {
      method: options.method ?? "GET",
      headers: sent,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: abort.signal,
      cache: "no-store",
      credentials: "same-origin",
    });
    const date = Date.parse(response.headers.get("Date") ?? "");
    // Its second is cut off: half a second is the best guess.
    if (Number.isFinite(date)) offset_ms = Math.abs(date + 500 - Date.now()) < 2000 ? 0 : date + 500 - Date.now();
    return { response, text: await response.text() };
  } catch (error) {
    throw new Refused(noAnswer(error));
  } finally {
    clearTimeout(timer);
  }
}

export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const { response, text } = await ask(path, options, "application/json");
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    body = undefined;
    if (response.ok)
      throw new Refused({
        status: response.status,
        title: "The answer is not whole",
        detail: `${path} did not answer with JSON; it may have been cut on its way.`,
        errors: [],
      });
  }
  if (response.status === 401) denied(problemOf(401, body, text).detail);
  if (!response.ok) throw new Refused(problemOf(response.status, body, text));
  if (text === "" && response.status !== 204)
    throw new Refused({ status: response.status, title: "The answer is empty", detail: `${path} answered nothing.`, errors: [] });
  return body as T;
}

export async function requestText(path: string): Promise<string> {
  const { response, text } = await ask(path, {}, "text/plain, text/csv, application/problem+json");
  if (response.ok) return text;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  throw new Refused(problemOf(response.status, body, text));
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Refused) return error.problem;
  return { status: 0, title: "This page has a fault", detail: String(error), errors: [] };
}
