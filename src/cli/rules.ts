/** `rules check | list | show | explain | remove`. */
import type { Command } from 'commander';
import { materialOperationOf } from '../core/order/material-operations.js';
import { OrderwrightError } from '../core/problem.js';
import type { RuleExplanation } from '../core/rules/evaluate-rules.js';
import type { JsonObject } from '../core/json.js';
import { conditionText, paint, rowText, table } from './print-verdict.js';
import { readInput } from './read-input.js';
import type { Shell } from './shell.js';

export function addRulesCommand(program: Command, shell: Shell): void {
  const rules = program.command('rules').description('the rule files and the rules in force');
  rules
    .command('check')
    .description('read every rule file and run its examples')
    .action(async () => {
      const { count, problems } = await (await shell.open()).checkRules();
      if (problems.length > 0) {
        const files = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
        throw new OrderwrightError('OW_RULES_INVALID', `The rule files have ${files}`, problems);
      }
      await shell.answer({ rules: count, problems }, `${count} rules, every example gives its verdict`);
    });
  rules
    .command('list')
    .description('the rules in force, and files that are not')
    .action(async () => {
      const list = await listRules(shell);
      await shell.answer(list, () =>
        [
          table([
            ['RULE', 'SEVERITY', 'MODE', 'STATE', 'TITLE'],
            ...list.rules.map(({ id, severity, mode, state, title }) => [
              id,
              severity ?? '',
              mode ?? '',
              state,
              title ?? '',
            ]),
          ]),
          ...list.rules
            .filter(({ problem }) => problem !== null)
            .map(({ file, problem }) => paint('red', `${file}: ${problem ?? ''}`)),
          `rule set ${list.ruleSet}`,
        ].join('\n'),
      );
    });
  rules
    .command('show [hash]')
    .description('a rule set by its hash, past or present')
    .action(async (hash?: string) => {
      const found = await (await shell.open()).ruleSet(hash, shell.caller);
      const { document, ...activation } = found;
      const { parseRuleSet } = await import('../core/rules/rule-set.js');
      const set = parseRuleSet(document);
      const shown = set.rules.map(({ id, file, text }) => ({
        id,
        file,
        rule: JSON.parse(text) as JsonObject,
      }));
      await shell.answer({ ruleSet: found.hash, ...activation, rules: shown, broken: set.broken }, () =>
        [
          `rule set ${found.hash}`,
          `active since ${found.at} by ${found.author} from ${found.source}${found.reason === null ? '' : ` (${found.reason})`}`,
          ...shown.map(({ file, rule }) => `\n${file}\n${JSON.stringify(rule, null, 2)}`),
        ].join('\n'),
      );
    });
  rules
    .command('explain <operation> <order>')
    .description('every rule of an operation on an order, or on a material, with every value')
    .option('--input <json>', 'the input of the operation: JSON, @file or -')
    .action(async (operation: string, order: string, options: { input?: string }) => {
      const input = await readInput(options.input);
      const orderwright = await shell.open();
      const asked = { ...shell.caller, operation, input };
      const onMaterial = materialOperationOf(operation);
      const verdict =
        onMaterial === null
          ? await orderwright.explain({ ...asked, order })
          : await orderwright.explainMaterial({ ...asked, operation: onMaterial, material: order });
      const rows = 'orders' in verdict ? verdict.orders : verdict.materials;
      await shell.answer(verdict, () =>
        rows
          .map((row) => [
            rowText(operation, row).replace('done   ', 'allowed'),
            ...(row.rules as unknown as RuleExplanation[]).map(explanationText),
          ])
          .flat()
          .join('\n'),
      );
    });
  rules
    .command('remove <id>')
    .description('take a rule out of force whose file is gone')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, { reason }: { reason: string }) => {
      const ruleSet = await (await shell.open()).removeRule(id, reason, shell.caller);
      await shell.answer({ ruleSet, removed: id }, `${id} is no longer in force; rule set ${ruleSet}`);
    });
}

interface Listed {
  id: string;
  operation: string;
  title: string | null;
  severity: string | null;
  mode: string | null;
  file: string;
  state: string;
  problem: string | null;
}

async function listRules(shell: Shell): Promise<{ ruleSet: string; rules: Listed[] }> {
  const status = await (await shell.open()).rules(shell.caller);
  const inForce = status.rules.map(({ rule, state, problem }): Listed => {
    const { id, operation, title, severity, mode, file } = rule;
    return { id, operation, title, severity, mode, file, state, problem };
  });
  const refused = status.refused.map(({ file, problem }): Listed => {
    const id = file.replace(/\.json$/, '');
    const operation = file.split('/')[0] ?? '';
    return { id, operation, title: null, severity: null, mode: null, file, state: 'broken', problem };
  });
  return { ruleSet: status.hash, rules: [...inForce, ...refused] };
}

function explanationText({ rule, applies, satisfied, conditions }: RuleExplanation): string {
  const mark = !applies
    ? 'not for this order'
    : satisfied
      ? paint('green', 'holds')
      : paint('red', 'violated');
  const lines = conditions.map(
    (condition) => `    ${condition.satisfied === true ? '+' : '-'} ${conditionText(condition)}`,
  );
  return [`  ${rule}  ${mark}`, ...lines].join('\n');
}
