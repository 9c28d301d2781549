/** The rule's examples, run while it is being written. */
import { Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { Button as AriaButton } from 'react-aria-components';
import { valueText } from '../shell/text.js';
import { ConditionTable, Mark } from './conditions.js';
import { exampleDescriptions, type Fact, type TriedExample } from './rule.js';

interface ExamplesPanelProps {
  text: string;
  examples: readonly TriedExample[];
  facts: readonly Fact[];
}

export function ExamplesPanel({ text, examples, facts }: ExamplesPanelProps) {
  const descriptions = exampleDescriptions(text);
  if (examples.length === 0)
    return <p className="side-empty">No example can be run: the text has none, or can’t be read yet.</p>;
  return (
    <ul className="examples" aria-label="Examples">
      {examples.map((example) => (
        <li key={example.index}>
          <Example example={example} description={descriptions[example.index] ?? null} facts={facts} />
        </li>
      ))}
    </ul>
  );
}

interface ExampleProps {
  example: TriedExample;
  description: string | null;
  facts: readonly Fact[];
}

function Example({ example, description, facts }: ExampleProps) {
  const { index, verdict, given, conditions } = example;
  const isRight = given !== null && verdict === given;
  return (
    <Disclosure className="example" defaultExpanded={given !== null && !isRight}>
      <Heading level={2}>
        <AriaButton slot="trigger" className="example-head">
          {given === null ? <span className="mark">?</span> : <Mark holds={isRight} />}
          <span className="example-what">{description ?? valuesOf(example, index)}</span>
          <span className={`example-verdict ${given === null || isRight ? '' : 'example-wrong'}`}>
            {verdictText(example)}
          </span>
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        {conditions.length === 0 ? (
          <p className="side-empty">Its facts or the conditions can’t be read yet.</p>
        ) : (
          <ConditionTable
            label={`Conditions of example ${index + 1}`}
            conditions={conditions}
            facts={facts}
          />
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}

function verdictText({ verdict, given }: TriedExample): string {
  if (given === null) return verdict === null ? 'says neither' : `says ${verdict}`;
  return given === verdict ? given : `says ${verdict ?? 'neither'}, is ${given}`;
}

/** The facts that its conditions look at, as far as there is room. */
function valuesOf({ conditions }: TriedExample, index: number): string {
  const values = new Map(conditions.map(({ fact, actual }) => [fact, valueText(actual)]));
  const shown = [...values].slice(0, 2).map(([fact, value]) => `${fact.split('.').at(-1) ?? fact} ${value}`);
  return shown.length === 0 ? `Example ${index + 1}` : shown.join(', ');
}
