/** Which flows contain which, and whether a flow contains itself: walked without recursion, at any depth. */

/** A flow as a node: its sub-flows are other nodes, each with the item that first names it. */
export interface FlowNode {
  label: string;
  /** JSON path of the flow in the file; null for a flow that only the database has. */
  path: string | null;
  subFlows: { node: number; item: number }[];
}

export interface FlowCycle {
  /** JSON path of the item that leads back, or of a flow where the items are in the database. */
  path: string;
  /** The flows of the cycle, the first again at the end. */
  labels: string[];
}

/** One cycle for each way back that a walk in depth finds; none where no flow contains itself. */
export function cyclesOf(nodes: FlowNode[]): FlowCycle[] {
  const cycles: FlowCycle[] = [];
  const state = new Uint8Array(nodes.length); // 0 unseen, 1 on the way down, 2 done
  const next = new Uint32Array(nodes.length);
  const depthOf = new Uint32Array(nodes.length);
  const way: number[] = [];
  for (let root = 0; root < nodes.length; root += 1) {
    if (state[root] !== 0) continue;
    enter(root);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const position = next[top] ?? 0;
      const edge = nodes[top]?.subFlows[position];
      if (edge === undefined) {
        state[top] = 2;
        way.pop();
        continue;
      }
      next[top] = position + 1;
      if (state[edge.node] === 0) enter(edge.node);
      else if (state[edge.node] === 1) cycles.push(cycleOf(way.slice(depthOf[edge.node]), nodes));
    }
  }
  return cycles;

  function enter(node: number): void {
    state[node] = 1;
    depthOf[node] = way.length;
    way.push(node);
  }
}

function cycleOf(members: number[], nodes: FlowNode[]): FlowCycle {
  const around = [...members, members[0] ?? 0];
  const labels = around.map((node) => nodes[node]?.label ?? '');
  for (let at = members.length - 1; at >= 0; at -= 1) {
    const from = nodes[around[at] ?? 0];
    const item = from?.subFlows.find(({ node }) => node === around[at + 1])?.item;
    if (from?.path && item !== undefined) return { path: `${from.path}.items[${item}]`, labels };
  }
  return { path: '$.flows', labels };
}
