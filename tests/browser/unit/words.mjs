// The sentences of a page: its part of the catalogue, read by the library that reads the whole one.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const file = name => readFileSync(new URL(`../../../web/${name}`, import.meta.url), 'utf8');

function page(lang, words) {
  const metas = { 'meta[name="words"]': { content: words } };
  const inside = vm.createContext({
    document: { documentElement: { lang }, querySelector: name => metas[name], getElementById: () => null },
  });
  for (const name of ['vendor/fluent/index.js', 'script/base.js']) vm.runInContext(file(name), inside);
  return vm.runInContext('S', inside);
}

test('a sentence is filled in with what is given, exactly', () => {
  const { say } = page('id', 'note = { $by }: { $text }\nn = { $n } byte\n');
  assert.equal(say('note', { by: 'rina', text: '{ "a" } <b> 007' }), 'rina: { "a" } <b> 007');
  assert.equal(say('n', { n: 1234567 }), '1234567 byte');
  assert.equal(say('n', { n: '0840' }), '0840 byte');
});

test('English counts', () => {
  const { say } = page('en', 'wait = { $n ->\n    [one] One entry waits.\n   *[other] { $n } entries wait.\n }\n');
  assert.equal(say('wait', { n: 1 }), 'One entry waits.');
  assert.equal(say('wait', { n: 2 }), '2 entries wait.');
});

test('what is missing is shown by its name and stops nothing', () => {
  const { say, knows } = page('id', 'here = Ada { $what }\n');
  assert.equal(say('gone', { what: 1 }), 'gone');
  assert.equal(say('here', { what: undefined }), 'Ada {$what}');
  assert.equal(say('here'), 'Ada {$what}');
  assert.deepEqual([knows('here'), knows('gone')], [true, false]);
  assert.equal(page('id', '').say('here'), 'here');
});

test('every sentence of both catalogues can be read in a browser', () => {
  for (const lang of ['id', 'en']) {
    const whole = file(`locales/${lang}.ftl`), { say, knows } = page(lang, whole);
    const ids = [...whole.matchAll(/^([a-z][\w-]*) =/gm)].map(([, id]) => id);
    assert.ok(ids.length > 400);
    for (const id of ids) {
      assert.ok(knows(id), id);
      const names = [...whole.matchAll(/\{ \$(\w+)/g)].map(([, name]) => [name, 3]);
      // What operators say names the centre in a way of its own: {centre}.
      const told = say(id, Object.fromEntries(names)).replace(id.startsWith("wording-") ? /\{centre\}/g : "", "");
      assert.doesNotMatch(told, /[{}]/, id);
    }
  }
});
