// What the master answers, as far as these pages use it. The names are those of the interface (src/wire); a field that
// may be absent is optional here, and what is unknown is null with a reason beside it.

export type Quality = "measured" | "simulated" | "estimated" | "unmeasurable";

export interface Measured {
  scope: string;
  quality: Quality;
  source?: string;
  reason?: string;
  ci95?: [number, number];
  joules?: number | null;
  watts?: number | null;
  amount?: number | null;
  grams?: number | null;
  currency?: string;
}

export interface EnergyLine extends Measured {
  part: string;
}

export type JobState = "queued" | "running" | "canceling" | "paused" | "completed" | "failed" | "canceled";
export const jobStates: JobState[] = ["running", "queued", "canceling", "paused", "completed", "failed", "canceled"];

export interface Attempt {
  number: number;
  node?: string;
  node_id: string;
  started_at?: string;
  ended_at?: string;
  outcome?: string;
  failure?: string;
  error?: string;
  wasted_energy?: Measured;
}

export interface Progress {
  frames: number;
  fps?: number | null;
  media_seconds?: number;
  speed?: number;
  dropped_frames?: number;
}

export interface Report {
  id: string;
  kind: string;
  name?: string;
  node?: string;
  end: string;
  failure?: string;
  error?: string;
  started_at?: string;
  ended_at?: string;
  elapsed_seconds?: number | null;
  energy: EnergyLine[];
  cost?: Measured;
  emissions?: Measured;
  power?: Measured;
  peak_power?: Measured;
  confidence?: { level: string; reason: string };
  caveats: string[];
  cpu_seconds?: number;
  peak_memory_bytes?: number;
  progress?: Progress;
  made?: Record<string, unknown>;
  quality?: Record<string, unknown>;
  output?: string;
  pieces?: Piece[];
  parameters?: Record<string, unknown>;
  command: string[];
  log_tail?: string;
  trace?: { at_seconds: number[]; watts: number[] };
}

export interface Piece {
  kind: string;
  number: number;
  end: string;
  error?: string;
  output?: string;
  elapsed_seconds?: number;
  frames?: number;
  energy?: Measured;
}

// The facts of a result (docs/reference/results.md); one line of a list.
export interface Facts {
  id: string;
  state?: string;
  node?: string;
  scenario?: string;
  codec?: string;
  encoder?: string;
  preset?: string;
  started?: string;
  elapsed_seconds?: number;
  energy_joules?: number;
  energy_low_joules?: number;
  energy_high_joules?: number;
  energy_scope?: string;
  energy_quality?: Quality;
  energy_source?: string;
  energy_per_frame_joules?: number;
  power_watts?: number;
  cost?: number;
  currency?: string;
  emissions_grams?: number;
  frames?: number;
  speed?: number;
}

export interface Job {
  id: string;
  number: number;
  state: JobState;
  reason?: string;
  scenario: string;
  name: string;
  queue: string;
  priority: string;
  confidence: string;
  labels?: Record<string, string>;
  timeout?: number;
  max_attempts: number;
  exclusive?: boolean;
  parameters: Record<string, unknown>;
  created_at: string;
  changed_at: string;
  not_before?: string;
  attempts: Attempt[];
  failures: number;
  interruptions: number;
  report?: Report;
  facts?: Facts;
  warnings?: string[];
}

export interface JobPage {
  jobs: Job[];
  count: number;
  next: string | null;
}

export interface Live {
  job_id: string;
  number: number;
  state: JobState;
  attempt?: number;
  progress?: Progress;
  energy?: Measured;
  power?: Measured;
  elapsed_seconds?: number;
  fraction?: number;
  eta_seconds?: number;
  age_seconds?: number;
}

export interface HistoryLine {
  at: string;
  state: string;
  actor: string;
  reason: string;
}

export interface Node {
  id: string;
  name: string;
  intent: "active" | "draining" | "quarantined";
  intent_reason: string;
  give_back_at?: string;
  liveness: "up" | "late" | "lost";
  heartbeat_age_seconds: number;
  running: string[];
  registered_at: string;
  last_heartbeat_at: string;
  cpu_model?: string;
  threads?: number;
  sockets?: number;
  memory_bytes?: number | null;
  ffmpeg_version?: string;
  agent_version?: string;
  kernel?: string;
  slots: number;
  device_slots?: Record<string, number>;
  labels?: Record<string, string>;
  roots?: string[];
  gpus?: { name: string; uuid?: string; driver?: string; memory_bytes?: number | null }[];
  gpu_reason?: string;
  render_nodes?: string[];
  disk?: { folder: string; size_bytes?: number | null; free_bytes?: number | null };
  encoders: { name: string; codec: string; works: boolean; reason?: string; device?: string }[];
  energy_sources: { source: string; in_use: boolean; reason?: string }[];
}

export interface Total {
  scope: string;
  quality: Quality;
  joules: number;
  ci95: [number, number];
  runs: number;
}
export interface Totals {
  runs: number;
  completed: number;
  energy: Total[];
  without_energy: number;
  cost: { currency: string; amount: number; runs: number }[];
  without_cost: number;
  emissions?: { grams: number; runs: number };
  without_emissions: number;
}

export interface Summary {
  jobs: Record<JobState, number>;
  failed: { count: number; at_least: boolean }; // in the window
  window_seconds: number;
  ended: Totals;
}

export interface Scenario {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

export interface TotalsByGroup {
  by: string;
  window_seconds: number;
  groups: { name: string | null; totals: Totals }[];
}

export interface Setting {
  name: string;
  energy?: Measured;
  energy_per_frame?: Measured;
  elapsed_seconds?: number;
  samples: { run: string; joules: number | null; elapsed_seconds: number }[];
  against_reference?: { ratio: number | null; ci95?: [number, number]; p_holm?: number; reason?: string; verdict: string; caveat?: string };
}
export interface Experiment {
  metric: string;
  reference: string;
  settings: Setting[];
  caveats?: string[];
}
