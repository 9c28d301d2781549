/** The steps of an order, each where those that it waits for end; the lines of one batch lie side by side. */
import { useMemo } from 'react';
import { spelled } from '../shell/ui/badge.js';
import { Empty } from '../shell/ui/notes.js';
import { linePath, stepGraphLayout } from './graph-layout.js';
import type { OrderStep, StepDependency } from './order.js';

/** More than this is no drawing any more; the list has them all. */
const DRAWN = 400;

interface StepGraphProps {
  steps: readonly OrderStep[];
  dependencies: readonly StepDependency[];
}

export function StepGraph({ steps, dependencies }: StepGraphProps) {
  const graph = useMemo(() => stepGraphLayout(steps.slice(0, DRAWN), dependencies), [steps, dependencies]);
  if (steps.length === 0)
    return <Empty title="No steps yet">They are made from the flow when the order is synchronized.</Empty>;
  const outside = dependencies.length - graph.dependencies.length;
  return (
    <>
      <div className="step-graph-scroll" tabIndex={0} role="region" aria-label="Steps by batch">
        <div className="step-graph" style={{ width: graph.width, height: graph.height }}>
          <svg width={graph.width} height={graph.height} aria-hidden="true">
            {graph.dependencies.map(({ dependency: { from, to, manual }, points }) => (
              <path
                key={`${from} ${to}`}
                className={`dependency${manual ? ' dependency-manual' : ''}`}
                d={linePath(points)}
              />
            ))}
          </svg>
          <ul>
            {graph.steps.map(({ step, x, y, width, height }) => (
              <li
                key={step.id}
                className={`step state-${step.state.toLowerCase()}`}
                style={{ left: x - width / 2, top: y - height / 2, width, height }}
                title={`${step.flowPath}\n${step.source}, batch ${step.batch}\n${spelled(step.state)}`}
              >
                <span className="step-name">{step.step}</span>
                <span className="step-more">
                  {sourceText(step.source)} {step.batch} · {step.quantity} {step.units}
                  <span className="hidden">, {step.state}</span>
                </span>
              </li>
            ))}
          </ul>
        </div>
      </div>
      <p className="legend">
        <span className="state state-planned">Planned</span>
        <span className="state state-started">Started</span>
        <span className="state state-finished">Finished</span>
        <span className="muted">
          {steps.length} steps, {dependencies.length} dependencies
          {outside > 0 && `, ${outside} of them with other orders`}
          {steps.length > DRAWN && `; the first ${DRAWN} are drawn`}
        </span>
      </p>
    </>
  );
}

/** What is not on a material yet is the rest of the order. */
function sourceText(source: string): string {
  return source === 'rest' ? 'Batch' : `${source.replace(/^.*-/, '')} batch`;
}
