import { Ajv } from 'ajv';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import schema from '../../../src/core/hooks/plugin.schema.json' with { type: 'json' };

describe('[core] the schema of plugin manifests', () => {
  it('is a schema as JSON Schema has it, which is not checked again whenever a command starts', () => {
    const ajv = new Ajv({ allErrors: true, strict: true });
    expect(ajv.validateSchema(schema), ajv.errorsText()).to.equal(true);
    expect(() => ajv.compile(schema)).not.to.throw();
  });
});
