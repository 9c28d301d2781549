import { expect } from 'chai';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../../src/index.js';
import { aFolder, writeIn } from './folder.js';
import { anOrder, failureOf, given, open, said, type Given } from './given.js';
import { quantityAbove } from './plugin-files.js';

const FILE = 'site/release/quantity-is-enough.json';
const RULE = 'release/quantity-is-enough';
const config = { 'orderwright.config.json': { rules: 'site' } };

/** A folder whose configuration names the rules folder `site`, with these files in it. */
const site = (files: Record<string, JsonObject | string> = { [FILE]: quantityAbove('5') }) =>
  aFolder({ ...config, ...files });
const reopened = async (world: Given, folder: string, database: string) => {
  await world.close();
  return open(folder, database);
};
/** Whether an order of 10 may be released now. */
const verdict = async (world: Given) => {
  const row = await world.when('Release', 'PO', { dryRun: true }).row();
  return row.allowed ? 'allowed' : row.violations.map(said).join();
};
/** The verdict once it is this, which has to be within a second. */
async function within(world: Given, wanted: string): Promise<string> {
  const end = performance.now() + 1000;
  let found = await verdict(world);
  while (found !== wanted && performance.now() < end) {
    await wait(20);
    found = await verdict(world);
  }
  return found;
}
/** The verdict after long enough for any change to be seen. */
async function settled(world: Given): Promise<string> {
  await wait(700);
  return verdict(world);
}

describe('[operation] rules at run time', () => {
  it('change their value within a second, without a restart', async () => {
    const folder = site();
    const world = await given(anOrder(), { folder });
    expect(await verdict(world)).to.equal('allowed');
    writeIn(folder, FILE, quantityAbove('50'));
    expect(await within(world, `OW_RULE_REFUSED ${RULE}`)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    writeIn(folder, FILE, quantityAbove('9'));
    expect(await within(world, 'allowed')).to.equal('allowed');
  });

  it('are in force within a second of their first file, in a folder that is new too', async () => {
    const folder = site({});
    mkdirSync(join(folder, 'site'));
    const world = await given(anOrder(), { folder });
    expect(await verdict(world)).to.equal('allowed');
    writeIn(folder, FILE, quantityAbove('50'));
    expect(await within(world, `OW_RULE_REFUSED ${RULE}`)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    const { rules } = await world.door.rules();
    expect(rules.map(({ rule, state }) => `${rule.id} ${state}`)).to.deep.equal([`${RULE} active`]);
  });

  it('stop refusing within a second of the mode observe, and warn', async () => {
    const folder = site({ [FILE]: quantityAbove('50') });
    const world = await given(anOrder(), { folder });
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    writeIn(folder, FILE, quantityAbove('50', { mode: 'observe' }));
    expect(await within(world, 'allowed')).to.equal('allowed');
    const row = await world.when('Release').allows('Released');
    expect(row.warnings.map(said)).to.deep.equal([`OW_RULE_REFUSED ${RULE}`]);
  });

  it('stay in force as they were while their file is broken, also after a restart', async () => {
    const folder = site({ [FILE]: quantityAbove('50') });
    const database = `sqlite:${join(folder, 'plant.db')}`;
    let world = await given(anOrder(), { folder, database });
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    for (const broken of [
      '{ "id": ',
      quantityAbove('5', { examples: [] }),
      quantityAbove('5', { colour: 'red' }),
    ]) {
      writeIn(folder, FILE, broken);
      expect(await settled(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
      const { rules } = await world.door.rules();
      expect(rules[0]).to.include({ state: 'broken' });
      expect(rules[0]?.problem).to.be.a('string');
      expect((await world.door.checkRules()).problems).to.not.deep.equal([]);
    }
    world = await reopened(world, folder, database);
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    writeIn(folder, FILE, quantityAbove('5'));
    expect(await within(world, 'allowed')).to.equal('allowed');
  });

  it('refuse their operation alone where their file was broken from the first', async () => {
    const folder = site({ [FILE]: '{ "id": ' });
    const world = await given(anOrder(), { folder });
    const row = await world.when('Release').refuses(`OW_RULE_BROKEN ${RULE}`);
    expect(row.violations[0]?.message).to.include('release/quantity-is-enough.json');
    await world.when('Change', 'PO', { input: { priority: 1 } }).allows();
    writeIn(folder, FILE, quantityAbove('5'));
    expect(await within(world, 'allowed')).to.equal('allowed');
  });

  it('stay in force when their file vanishes, until they are removed with a reason', async () => {
    const folder = site({ [FILE]: quantityAbove('50') });
    const database = `sqlite:${join(folder, 'plant.db')}`;
    let world = await given(anOrder(), { folder, database });
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    const early = await failureOf(world.door.removeRule(RULE, 'too strict', { actor: 'ann' }));
    expect(early.code).to.equal('OW_RULE_FILE_EXISTS');

    rmSync(join(folder, FILE));
    expect(await settled(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    expect((await world.door.rules()).rules[0]).to.include({ state: 'vanished' });
    world = await reopened(world, folder, database);
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);

    const before = (await world.door.rules()).hash;
    const hash = await world.door.removeRule(RULE, 'too strict', { actor: 'ann' });
    expect(await verdict(world)).to.equal('allowed');
    const removal = await world.door.ruleSet(hash);
    expect(removal).to.deep.include({ author: 'ann', reason: 'too strict', source: 'rules remove' });
    expect(removal.diff).to.deep.equal({ added: [], changed: [], removed: [RULE] });
    const told = (await world.door.journal({ limit: 100 })).filter(
      ({ operation }) => operation === 'ActivateRuleSet',
    );
    expect(told.at(-1)).to.deep.include({ actor: 'ann', ruleSet: hash });
    expect(told.at(-1)?.details).to.deep.include({ reason: 'too strict' });
    expect((await world.door.ruleSet(before)).document).to.include('quantity-is-enough');
    expect(await failureOf(world.door.removeRule(RULE, 'again'))).to.include({ code: 'OW_RULE_UNKNOWN' });
    world = await reopened(world, folder, database);
    expect(await verdict(world)).to.equal('allowed');
  });

  it('are removed right after their file is, without waiting for the next look at the files', async () => {
    const folder = site({ [FILE]: quantityAbove('50') });
    const world = await given(anOrder(), { folder });
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    rmSync(join(folder, FILE));
    await world.door.removeRule(RULE, 'too strict');
    expect(await verdict(world)).to.equal('allowed');
  });

  it('stay in force while their whole folder can not be read', async () => {
    const folder = site({ [FILE]: quantityAbove('50') });
    const database = `sqlite:${join(folder, 'plant.db')}`;
    let world = await given(anOrder(), { folder, database });
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    renameSync(join(folder, 'site'), join(folder, 'away'));
    expect(await settled(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    expect((await world.door.rules()).refused.map(({ problem }) => problem).join()).to.include(
      "can't be read",
    );
    const blind = await failureOf(world.door.removeRule(RULE, 'gone, it seems'));
    expect(blind.code).to.equal('OW_RULES_UNREADABLE');
    world = await reopened(world, folder, database);
    expect(await verdict(world)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    renameSync(join(folder, 'away'), join(folder, 'site'));
    writeIn(folder, FILE, quantityAbove('5'));
    expect(await within(world, 'allowed')).to.equal('allowed');
  });

  it('are not decided without where their folder could never be read', async () => {
    const folder = aFolder(config);
    const world = await given(anOrder(), { folder });
    expect(await failureOf(world.ask('Release', ['PO']))).to.include({ code: 'OW_RULES_UNREADABLE' });
    expect(await failureOf(world.ask('Release', ['PO']))).to.include({ code: 'OW_RULES_UNREADABLE' });
  });

  it('are in force for the very first requests, however many come at once', async () => {
    for (let round = 0; round < 5; round++) {
      const world = await given(anOrder(), { folder: site({ [FILE]: quantityAbove('50') }) });
      const asked = Array.from({ length: 20 }, async (_, index) => {
        await wait(index % 10);
        return verdict(world);
      });
      expect(new Set(await Promise.all(asked))).to.deep.equal(new Set([`OW_RULE_REFUSED ${RULE}`]));
      await world.close();
    }
  });

  it('are named by their hash in every entry of the journal, and printed by it', async () => {
    const folder = site();
    const world = await given(anOrder(), { folder });
    const { ruleSet: first } = await world.ask('Release', ['PO']);
    writeIn(folder, FILE, quantityAbove('50'));
    await wait(600);
    await world.ask('Unrelease', ['PO']);
    const { ruleSet: second } = await world.ask('Release', ['PO'], { actor: 'bob' });
    expect(second).to.not.equal(first);
    const entries = (await world.door.journal({ limit: 100 })).filter(({ order }) => order !== null);
    expect(entries.map(({ operation, ruleSet }) => [operation, ruleSet])).to.deep.equal([
      ['Release', first],
      ['Release', first],
      ['Unrelease', second],
      ['Unrelease', second],
      ['Release', second],
    ]);
    const texts = (document: string) =>
      (JSON.parse(document) as { rules: { file: string; text: string }[] }).rules.map(({ text }) => text);
    const shown = await world.door.ruleSet(second);
    expect(texts(shown.document)).to.deep.equal([readFileSync(join(folder, FILE), 'utf8')]);
    expect(shown.diff).to.deep.equal({ added: [], changed: [RULE], removed: [] });
    expect(texts((await world.door.ruleSet(first)).document)[0]).to.include('"value": "5"');
    expect((await world.door.ruleSet()).hash).to.equal(second);
    expect(await failureOf(world.door.ruleSet('no such hash'))).to.include({ code: 'OW_RULE_SET_UNKNOWN' });
  });

  it('are the same for two doors on one database', async () => {
    const folder = site();
    const database = `sqlite:${join(folder, 'plant.db')}`;
    const first = await given(anOrder(), { folder, database });
    const second = await open(folder, database);
    expect([await verdict(first), await verdict(second)]).to.deep.equal(['allowed', 'allowed']);
    writeIn(folder, FILE, quantityAbove('50'));
    expect(await within(first, `OW_RULE_REFUSED ${RULE}`)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    // What one has activated, the other decides by at once.
    expect(await verdict(second)).to.equal(`OW_RULE_REFUSED ${RULE}`);
    rmSync(join(folder, FILE));
    await second.door.removeRule(RULE, 'too strict');
    expect(await verdict(first)).to.equal('allowed');
    const both = await Promise.all([
      first.ask('Release', ['PO']),
      second.ask('Change', ['PO'], { input: { priority: 1 } }),
    ]);
    expect(both[0].ruleSet).to.equal(both[1].ruleSet);
    expect((await first.door.rules()).hash).to.equal(both[0].ruleSet);
  });
});
