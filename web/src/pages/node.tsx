// Node: one machine, the ladder of its energy sources with what would mend each, and whether it gets jobs.
import { useState } from "preact/hooks";
import { asProblem, request, type Problem } from "../api";
import { amount, coarse } from "../numbers";
import { Badge, Panel, ProblemBox, When, useTitle } from "../parts/words";
import { anyJob, anyNode, askAgain, either, useResource } from "../resource";
import { root } from "../router";
import type { Node } from "../types";
import { RunningLinks } from "./nodes";

function Intent({ node }: { node: Node }) {
  const [problem, setProblem] = useState<Problem>();
  const act = async (verb: "drain" | "activate") => {
    setProblem(undefined);
    try {
      await request(`/nodes/${node.id}/${verb}`, { method: "POST" });
    } catch (error) {
      setProblem(asProblem(error));
    }
    askAgain("/nodes");
  };
  return (
    <>
      <div class="actions sticky">
        {node.intent === "active" ? (
          <button type="button" onClick={() => void act("drain")}>
            Drain: no new jobs
          </button>
        ) : (
          <button type="button" class="first" onClick={() => void act("activate")}>
            Give it jobs again
          </button>
        )}
      </div>
      {problem && <ProblemBox of={problem} />}
    </>
  );
}

function Table({ head, rows }: { head: string[]; rows: preact.ComponentChildren[][] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={head[0]}>
      <table class="cards">
        <thead>
          <tr>
            {head.map((word) => (
              <th scope="col">{word}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, i) => (i === 0 ? <th scope="row">{cell}</th> : <td data-label={head[i]}>{cell}</td>))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function NodePage({ id }: { id: string }) {
  const nodes = useResource<{ nodes: Node[] }>("/nodes", 5, either(anyNode, anyJob));
  const node = nodes.data?.nodes.find((one) => one.id === id || one.name === id);
  useTitle(node?.name.slice(0, 60) ?? "Node");
  return (
    <section>
      <p class="crumbs">
        <a href={`${root}/nodes`}>Nodes</a>
      </p>
      {!node && <h1>Node</h1>}
      <Panel of={nodes} what="the node">
        {() =>
          !node ? (
            <p>No node has the id or name {id.slice(0, 100)}. It may be of another farm, or was never registered here.</p>
          ) : (
            <>
              <div class="head">
                <h1>
                  <span class="name">{node.name}</span>
                </h1>
                <span>
                  <Badge of={node.liveness} /> <Badge of={node.intent} />
                </span>
              </div>
              {node.intent_reason && <p class="soft">{node.intent_reason}</p>}
              {node.give_back_at && <p class="soft">What it has not ended by {node.give_back_at} goes back to the queue.</p>}
              <Intent node={node} />
              <dl class="facts">
                <div>
                  <dt>runs</dt>
                  <dd>
                    <RunningLinks of={node.running} />
                  </dd>
                </div>
                <div>
                  <dt>heard of</dt>
                  <dd>{coarse(node.heartbeat_age_seconds)} ago</dd>
                </div>
                <div>
                  <dt>registered</dt>
                  <dd>
                    <When at={node.registered_at} />
                  </dd>
                </div>
                <div>
                  <dt>slots</dt>
                  <dd>
                    {node.slots}
                    {Object.entries(node.device_slots ?? {}).map(([device, n]) => `, ${device} ${n}`)}
                  </dd>
                </div>
                <div>
                  <dt>processor</dt>
                  <dd>
                    {node.cpu_model ?? "n/a (not told)"}
                    {node.threads ? `, ${node.threads} threads` : ""}
                    {node.sockets ? `, ${node.sockets} ${node.sockets === 1 ? "socket" : "sockets"}` : ""}
                  </dd>
                </div>
                <div>
                  <dt>memory</dt>
                  <dd>{amount(node.memory_bytes, "B")}</dd>
                </div>
                <div>
                  <dt>graphics</dt>
                  <dd>{node.gpus?.length ? node.gpus.map((g) => `${g.name} (driver ${g.driver ?? "not told"})`).join(", ") : `n/a (${node.gpu_reason ?? "none was told"})`}</dd>
                </div>
                <div>
                  <dt>outputs</dt>
                  <dd>{node.disk ? `${node.disk.folder}, ${amount(node.disk.free_bytes, "B")} of ${amount(node.disk.size_bytes, "B")} free` : "n/a (not told)"}</dd>
                </div>
                <div>
                  <dt>versions</dt>
                  <dd>
                    agent {node.agent_version ?? "n/a"}, ffmpeg {node.ffmpeg_version ?? "n/a"}, kernel {node.kernel ?? "n/a"}
                  </dd>
                </div>
                {node.roots && node.roots.length > 0 && (
                  <div>
                    <dt>roots</dt>
                    <dd>{node.roots.join(", ")}</dd>
                  </div>
                )}
                {Object.entries(node.labels ?? {}).map(([k, v]) => (
                  <div>
                    <dt>label {k}</dt>
                    <dd>{v}</dd>
                  </div>
                ))}
              </dl>
              <h2>Where its energy comes from</h2>
              <p class="soft">The first of these that works is used; the others say what is in the way.</p>
              <Table
                head={["source", "in use", "what it says of itself, and what would mend it"]}
                rows={node.energy_sources.map((s) => [s.source, s.in_use ? <Badge of={s.source === "model" ? "estimated" : "measured"} /> : "no", s.reason ?? ""])}
              />
              <h2>Encoders</h2>
              <p class="soft">Its agent tried each with a real encode.</p>
              <Table
                head={["encoder", "codec", "works", "why not"]}
                rows={[...node.encoders]
                  .sort((a, b) => Number(b.works) - Number(a.works))
                  .map((e) => [e.name, e.codec, e.works ? "yes" : "no", e.works ? "" : (e.reason ?? "not told")])}
              />
            </>
          )
        }
      </Panel>
    </section>
  );
}
