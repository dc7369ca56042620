// Nodes: the machines that work here, whether they are heard of, and what they can measure.
import { amount, coarse } from "../numbers";
import { Badge, Command, Panel, useTitle } from "../parts/words";
import { anyJob, anyNode, either, useResource } from "../resource";
import { root } from "../router";
import type { Node } from "../types";
import { agentCommand } from "./now";

export function sourceOf(node: Node): { word: string; measured: boolean } {
  const used = node.energy_sources.filter((s) => s.in_use).map((s) => s.source);
  if (used.length === 0) return { word: "none", measured: false };
  return { word: used.join(", "), measured: used.some((name) => name !== "model") };
}
export function RunningLinks({ of }: { of: string[] }) {
  if (of.length === 0) return <span class="soft">nothing</span>;
  return (
    <>
      {of.slice(0, 6).map((job, i) => (
        <>
          {i > 0 && ", "}
          <a href={`${root}/jobs/${job.replace("#", "")}`}>{job}</a>
        </>
      ))}
      {of.length > 6 && ` and ${of.length - 6} more`}
    </>
  );
}

export default function Nodes() {
  useTitle("Nodes");
  const nodes = useResource<{ nodes: Node[]; count: number }>("/nodes", 5, either(anyNode, anyJob));
  return (
    <section>
      <h1>Nodes</h1>
      <Panel of={nodes} what="the nodes">
        {(data) =>
          data.count === 0 ? (
            <div class="empty">
              <h2>No nodes yet</h2>
              <p>An agent makes a machine a node. It tries every encoder first, which takes some seconds, and registers by itself:</p>
              <Command text={agentCommand()} />
            </div>
          ) : (
            <div class="scroll">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">node</th>
                    <th scope="col">heard of</th>
                    <th scope="col">takes jobs</th>
                    <th scope="col">runs</th>
                    <th scope="col">slots</th>
                    <th scope="col" class="wide-only">processor</th>
                    <th scope="col" class="num wide-only">memory</th>
                    <th scope="col">energy from</th>
                  </tr>
                </thead>
                <tbody>
                  {data.nodes.map((node) => {
                    const source = sourceOf(node);
                    return (
                      <tr key={node.id}>
                        <th scope="row">
                          <a href={`${root}/nodes/${node.id}`}>
                            <span class="name">{node.name}</span>
                          </a>
                        </th>
                        <td data-label="heard of">
                          <Badge of={node.liveness} /> <span class="soft">{coarse(node.heartbeat_age_seconds)} ago</span>
                        </td>
                        <td data-label="takes jobs">
                          <Badge of={node.intent} />
                        </td>
                        <td data-label="runs">
                          <RunningLinks of={node.running} />
                        </td>
                        <td data-label="slots">
                          {node.slots}
                          {Object.entries(node.device_slots ?? {}).map(([device, n]) => `, ${device} ${n}`)}
                        </td>
                        <td data-label="processor" class="wide-only">
                          {node.cpu_model ?? <span class="na">not told</span>}
                          {node.threads ? <span class="soft"> {node.threads} threads</span> : null}
                        </td>
                        <td data-label="memory" class="num wide-only">{amount(node.memory_bytes, "B")}</td>
                        <td data-label="energy from">
                          {source.word} {!source.measured && <span class="mark">{source.word === "none" ? "n/a" : "estimated"}</span>}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )
        }
      </Panel>
    </section>
  );
}
