import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseJson } from '../../../src/adapters/files/json.js';

function problemsIn(text: string): string[] {
  const parsed = parseJson(text);
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path} ${message}`) : [];
}

describe('[adapter] Reading JSON', () => {
  it('names line and column of a syntax error, and the file', () => {
    expect(parseJson('{\n  "a": 1,\n  "b": }', 'plant.json')).to.deep.equal({
      problems: [
        {
          path: 'plant.json: $',
          code: 'OW_JSON_SYNTAX',
          message: 'Not JSON: line 3, column 8: expected a value, found "}"',
        },
      ],
    });
  });

  it('names the place of each kind of syntax error', () => {
    const places = [
      '',
      '{',
      '{"a"}',
      '{"a":1,}',
      '[1,]',
      '[1 2]',
      '"open',
      '"a\nb"',
      '"\\x"',
      '"\\u12g4"',
      '01',
      '1.',
      '+1',
      'nul',
      'NaN',
      '1 2',
      '"\\"',
      '{a: 1}',
    ];
    for (const text of places) expect(problemsIn(text), text).to.have.length(1);
    expect(problemsIn('"\\x"')[0]).to.contain('column 2');
    expect(problemsIn('')[0]).to.contain('the text ends');
  });

  it('refuses numbers of more than 15 significant digits at their path, all of them', () => {
    expect(
      problemsIn('{"a":[{"b c":1234567890123456},0.1],"d":[[1,-1.234567890123456]],"e":1e999}'),
    ).to.deep.equal([
      '$.a[0]["b c"] 1234567890123456 has more than 15 significant digits: send a string',
      '$.d[0][1] -1.234567890123456 has more than 15 significant digits: send a string',
      '$.e 1e999 is too large',
    ]);
    expect(
      problemsIn('[123456789012345,0.00000000123456789012345,1.0000000000000000000,1e308]'),
    ).to.deep.equal([]);
    expect(problemsIn('["1234567890123456", {"1234567890123456": "x\\"1234567890123456"}]')).to.deep.equal(
      [],
    );
  });

  it('leaves a byte order mark out and keeps __proto__ a key', () => {
    const parsed = parseJson('\uFEFF{"__proto__":{"polluted":true}}');
    expect('value' in parsed && Object.keys(parsed.value as object)).to.deep.equal(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it('refuses a nest of a million arrays, and reads a string of a million escapes', () => {
    expect(problemsIn('['.repeat(1_000_000))[0]).to.contain('nesting');
    expect(problemsIn('{"a":'.repeat(1_000_000))[0]).to.contain('nesting');
    expect(problemsIn(`"${'\\n'.repeat(1_000_000)}"`)).to.deep.equal([]);
    expect(problemsIn(`"${'\\'.repeat(1_000_001)}`)).to.have.length(1);
  });

  it('agrees with JSON.parse on what is JSON, and on its value', () => {
    const texts = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '-', 'e', ' '))
        .map(([text, at, mark]) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + mark + text.slice(place + 1);
        }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseJson(text);
        if ('problems' in parsed && parsed.problems.every(({ code }) => code === 'OW_JSON_NUMBER')) return;
        let value: unknown;
        try {
          value = JSON.parse(text) as unknown;
        } catch {
          expect(parsed, text).to.have.property('problems');
          return;
        }
        expect(parsed).to.deep.equal({ value });
      }),
      { numRuns: 3000 },
    );
  });
});
