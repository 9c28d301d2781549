import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import checkConfig from '../../src/adapters/files/config.schema.js';
import config from '../../src/adapters/files/config.schema.json' with { type: 'json' };
import checkMapping from '../../src/adapters/files/mapping.schema.js';
import mapping from '../../src/adapters/files/mapping.schema.json' with { type: 'json' };
import checkPlant from '../../src/adapters/files/plant.schema.js';
import plant from '../../src/adapters/files/plant.schema.json' with { type: 'json' };
import checkPlugin from '../../src/core/hooks/plugin.schema.js';
import plugin from '../../src/core/hooks/plugin.schema.json' with { type: 'json' };
import checkRuleToTheFirst from '../../src/core/rules/rule.schema.first.js';
import checkRule from '../../src/core/rules/rule.schema.js';
import rule from '../../rules/rule.schema.json' with { type: 'json' };

const unions = { allErrors: true, allowUnionTypes: true };
const CHECKS: [name: string, built: ValidateFunction, compiled: ValidateFunction][] = [
  ['plugin', checkPlugin, new Ajv({ allErrors: true }).compile(plugin)],
  ['config', checkConfig, new Ajv({ allErrors: true }).compile(config)],
  ['mapping', checkMapping, new Ajv(unions).compile(mapping)],
  ['plant', checkPlant, new Ajv2020({ ...unions, verbose: true }).compile(plant)],
  ['rule', checkRule, new Ajv({ ...unions, strictTypes: false }).compile(rule)],
  [
    'rule to the first',
    checkRuleToTheFirst,
    new Ajv({ ...unions, allErrors: false, strictTypes: false }).compile(rule),
  ],
];

/** Values with much that is wrong in any of the schemas: names of theirs, with what is not meant by them. */
function hostileValues(schema: { properties: object }): unknown[] {
  const names = Object.keys(schema.properties);
  const wrong = [null, 1, -1.5, '', 'é'.repeat(300), [], [{}], [[null]], {}, { x: { y: [1] } }, true];
  return [
    null,
    1,
    'text',
    [],
    {},
    ...wrong.map((value) => Object.fromEntries(names.map((name) => [name, value]))),
  ];
}

describe('The schemas that ship, as the build wrote them', () => {
  for (const [name, built, compiled] of CHECKS) {
    it(`${name}: finds what the schema file finds, at the same places`, () => {
      for (const value of hostileValues(compiled.schema as { properties: object })) {
        expect(built(value)).to.equal(compiled(value));
        expect(built.errors).to.deep.equal(compiled.errors);
      }
    });
  }
});
