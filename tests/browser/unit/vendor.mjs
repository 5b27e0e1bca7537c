// What others wrote is in the tree as they published it: the version that VERSION names, byte for byte.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';

const here = import.meta.dirname, vendor = join(here, '../../../web/vendor');
const published = name => join(here, '../node_modules', name);

for (const folder of readdirSync(vendor)) {
  const [, name, version] = /^(\S+) (\S+) \(npm\)/.exec(readFileSync(join(vendor, folder, 'VERSION'), 'utf8'));
  test(`${folder} is ${name} ${version}, unchanged`, () => {
    assert.equal(JSON.parse(readFileSync(join(published(name), 'package.json'))).version, version);
    const theirs = readdirSync(published(name), { recursive: true });
    const ours = readdirSync(join(vendor, folder)).filter(file => file !== 'VERSION');
    assert.ok(ours.includes('LICENSE') && ours.length > 1);
    for (const file of ours) {
      // Some publish without it; then it is the one of their repository.
      if (file === 'LICENSE' && !theirs.includes(file)) continue;
      const bytes = readFileSync(join(vendor, folder, file));
      assert.ok(theirs.some(path => basename(path) === file && readFileSync(join(published(name), path)).equals(bytes)), `${folder}/${file}`);
    }
  });
}
