import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileKind } from '../../src/jq/compile-kind.js';
import type { JqEngine } from '../../src/jq/jq-engine.js';
import type { MappingOutcome, MappingResult } from '../../src/model/mapping-result.js';
import { mapping } from './mapping-fixture.js';
import type { Mapping } from './mapping-fixture.js';

/** Leaves that look beyond their resource, and what they come to. */
const HOSTILE: readonly (readonly [jq: string, value: unknown])[] = [
  ['env', {}],
  ['$ENV', {}],
  ['$ENV.PATH', null],
  ['[env, $ENV] | tojson', '[{},{}]'],
  ['debug', { id: 'a' }],
  ['debug("x")', { id: 'a' }],
  ['stderr', { id: 'a' }],
  ['input_line_number', 0],
  ['input_filename', null],
  ['get_search_list', []],
  ['(try input catch "no")', 'no'],
  ['(try halt catch "no")', 'no'],
  ['[limit(3; repeat(1))]', [1, 1, 1]],
  ['label $out | 1, break $out, 2', 1],
  ['. as [$a] ?// {id: $a} | $a', 'a'],
  ['reduce range(5) as $i (0; . + $i)', 10],
  ['def f: 5; f', 5],
  ['.id # a comment', 'a'],
  ['.id # a comment that goes on \\', 'a'],
  ['.id // "x" # ) ] }', 'a'],
  ['"a \\(.id) ; ) # \\"', undefined],
  ['try error("x") catch .', 'x'],
  ['"\\u0000"', '\u0000'],
];

/** Leaves that can't be answered: message by what they say. */
const FAULTY: readonly (readonly [jq: string, message: RegExp])[] = [
  ['input', /input is not available/],
  ['[inputs]', /inputs is not available/],
  ['halt', /halt is not available/],
  ['halt_error', /halt_error is not available/],
  ['"bye" | halt_error(1)', /halt_error is not available/],
  ['"x" | modulemeta', /modulemeta is not available/],
  ['.id.x', /Cannot index string/],
  ['error("mine")', /^mine$/],
  ['error(null)', /^null$/],
  ['error({a: 1})', /^\{"a":1\}$/],
  ['error', /^\{"id":"a"\}$/],
  ['empty', /^no output$/],
  ['.id | select(. == "z")', /^no output$/],
  ['label $out | break $out', /^no output$/],
  ['"x" * 1 | error("y" * 400)', /^y{300}…$/],
];

/** What the suite asks of an engine; each has its own way to keep to it. */
export interface EngineBounds {
  readonly timeoutMs?: number;
  readonly heapBytes?: number;
  readonly strikesInARow?: number;
}

const MIB = 1024 * 1024;

/** What every engine has to do alike. `open` starts one; the suite closes it. */
export function conformanceSuite(
  name: string,
  open: (bounds?: EngineBounds) => Promise<JqEngine>,
): void {
  const test = suite(`${name}: conformance`);
  let engine: JqEngine;
  let hurried: JqEngine;

  test.before(async () => {
    [engine, hurried] = await Promise.all([
      open({ heapBytes: 64 * MIB }),
      open({ timeoutMs: 300, strikesInARow: 3 }),
    ]);
  });
  test.after(async () => {
    await Promise.all([engine.close(), hurried.close()]);
  });

  const outcomes = (specs: readonly Mapping[], bodies: readonly (string | object)[], by = engine) =>
    by.map(
      compileKind(specs.map((spec, position) => mapping({ position, ...spec }))),
      bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))),
    );
  const only = async (spec: Mapping, body: string | object): Promise<MappingResult> =>
    okay((await outcomes([spec], [body]))[0]);
  const entityOf = async (spec: Mapping, body: string | object): Promise<unknown> =>
    JSON.parse((await only(spec, body)).entities[0]!.json);

  test('an entity has what its mapping has, in order, and nothing else', async () => {
    const { entities, verdicts, faults } = await only(
      {
        title: '.name',
        team: ['"a"', '.name'],
        icon: '"AWS"',
        properties: {
          'a"b': '.n',
          nested: { x: '.n', y: [1, '.n', null], z: true },
          gone: '.gone',
        },
        relations: { account: '.acc' },
      },
      { id: 'é"x', name: 'N', n: 1.5, acc: ['1', '2'] },
    );
    assert.is(
      entities[0]!.json,
      '{"identifier":"é\\"x","title":"N","team":["a","N"],"icon":"AWS",' +
        '"properties":{"a\\"b":1.5,"nested":{"x":1.5,"y":[1,1.5,null],"z":true},"gone":null},' +
        '"relations":{"account":["1","2"]}}',
    );
    assert.is(entities[0]!.identifier, 'é"x');
    assert.is(entities[0]!.blueprint, 'b');
    assert.equal(faults, []);
    assert.equal(verdicts, [{ mapping: 0, selector: 'true', sound: true, incomplete: 0 }]);
    assert.is(
      (await only({}, { id: 'x' })).entities[0]!.json,
      '{"identifier":"x","properties":{}}',
    );
  });

  test('the hash follows the JSON', async () => {
    const spec = { properties: { v: '.v' } };
    const [a, b, c] = await outcomes(
      [spec],
      [
        { id: 'x', v: 1 },
        { id: 'x', v: 1, w: 2 },
        { id: 'x', v: 2 },
      ],
    );
    const hash = (outcome: MappingOutcome | undefined) => okay(outcome).entities[0]!.hash;
    assert.is(hash(a), hash(b));
    assert.is.not(hash(a), hash(c));
  });

  test('falsy values stay; only the first output counts, whatever comes after', async () => {
    const leaves = {
      no: 'false',
      zero: '0',
      text: '""',
      list: '[]',
      object: '{}',
      first: '3, error("late")',
      second: '(.a[] | . * 2)',
      alternative: '(.no // false)',
    };
    assert.equal(await entityOf({ properties: leaves }, { id: 'x', a: [4, 5] }), {
      identifier: 'x',
      properties: {
        no: false,
        zero: 0,
        text: '',
        list: [],
        object: {},
        first: 3,
        second: 8,
        alternative: false,
      },
    });
  });

  test('numbers keep the digits that jq prints', async () => {
    const { entities } = await only(
      { identifier: '.n', properties: { n: '.n', d: '.d', all: '[.n, .d]' } },
      '{"n":12345678901234567890123,"d":1.10000000000000000001}',
    );
    assert.is(
      entities[0]!.json,
      '{"identifier":"12345678901234567890123","properties":{"n":12345678901234567890123,' +
        '"d":1.10000000000000000001,"all":[12345678901234567890123,1.10000000000000000001]}}',
    );
    assert.is(entities[0]!.identifier, '12345678901234567890123');
  });

  test('a selector lets through what is exactly true', async () => {
    for (const [selector, verdict] of [
      ['.on', 'true'],
      ['.on | not', 'false'],
      ['.on == true', 'true'],
      ['true', 'true'],
      ['false', 'false'],
      ['true, false', 'true'],
      ['(false, error("late"))', 'false'],
    ] as const) {
      const { verdicts, entities, faults } = await only({ selector }, { id: 'x', on: true });
      assert.equal(
        verdicts[0],
        { mapping: 0, selector: verdict, sound: true, incomplete: 0 },
        selector,
      );
      assert.is(entities.length, verdict === 'true' ? 1 : 0);
      assert.equal(faults, []);
    }
    for (const [selector, message] of [
      ['.id', 'expected a boolean, got string'],
      ['null', 'expected a boolean, got null'],
      ['1', 'expected a boolean, got number'],
      ['empty', 'no output'],
      ['error("boom")', 'boom'],
      ['halt', 'halt is not available in a mapping'],
    ] as const) {
      const { verdicts, entities, faults } = await only({ selector }, { id: 'x' });
      assert.equal(
        verdicts[0],
        { mapping: 0, selector: 'failed', sound: false, incomplete: 0 },
        selector,
      );
      assert.equal(entities, []);
      assert.equal(faults, [{ mapping: 0, leaf: 'selector.query', message }]);
    }
  });

  test('what names nothing makes the resource incomplete, without touching the others', async () => {
    const names = [null, false, 0, '', [], {}, true, ['x'], { a: 1 }];
    for (const part of ['identifier', 'blueprint'] as const) {
      const results = await outcomes(
        [{ [part]: '.name' }],
        [
          ...names.map((name) => ({ id: 'x', name })),
          { id: 'x', name: 'good' },
          { id: 'x', name: 7 },
        ],
      );
      for (const [at, name] of names.entries()) {
        const { entities, verdicts, faults } = okay(results[at]);
        assert.equal(entities, []);
        assert.equal(verdicts, [{ mapping: 0, selector: 'true', sound: false, incomplete: 1 }]);
        assert.is(faults.length, at < 6 ? 0 : 1, JSON.stringify(name));
      }
      assert.is(okay(results.at(-2)).entities[0]![part], 'good');
      assert.is(okay(results.at(-1)).entities[0]![part], '7');
    }
    const { verdicts, faults } = await only({ identifier: '.id.x' }, { id: 'x' });
    assert.equal(verdicts, [{ mapping: 0, selector: 'true', sound: false, incomplete: 1 }]);
    assert.is(faults[0]?.leaf, 'port.entity.mappings.identifier');
  });

  test('faults of leaves are told by path, and become null', async () => {
    const { entities, verdicts, faults } = await only(
      {
        title: '.id.x',
        properties: { a: 'empty', deep: { b: ['.id', '.id[0]'] }, fine: '.id' },
        relations: { r: 'error("no \\(.id)")' },
      },
      { id: 'x' },
    );
    assert.equal(JSON.parse(entities[0]!.json), {
      identifier: 'x',
      title: null,
      properties: { a: null, deep: { b: ['x', null] }, fine: 'x' },
      relations: { r: null },
    });
    assert.ok(verdicts[0]!.sound);
    const base = 'port.entity.mappings';
    assert.equal(
      faults.map(({ leaf }) => leaf),
      [
        `${base}.title`,
        `${base}.properties.a`,
        `${base}.properties.deep.b[1]`,
        `${base}.relations.r`,
      ],
    );
    assert.is(faults[1]!.message, 'no output');
    assert.is(faults[3]!.message, 'no x');
  });

  test('searches go along for identifier, team and relations', async () => {
    const search = {
      combinator: '"and"',
      rules: [
        { property: '"$title"', operator: '"="', value: '.name' },
        { combinator: '"or"', rules: [{ property: '"p"', operator: '"="', value: '.id' }] },
      ],
    };
    const found = {
      combinator: 'and',
      rules: [
        { property: '$title', operator: '=', value: 'n' },
        { combinator: 'or', rules: [{ property: 'p', operator: '=', value: 'x' }] },
      ],
    };
    const spec = { identifier: search, title: '.name', team: search, relations: { r: search } };
    const [entity] = (await only(spec, { id: 'x', name: 'n' })).entities;
    assert.is(entity!.identifier, '');
    assert.equal(entity!.search, found);
    assert.equal(JSON.parse(entity!.json), {
      title: 'n',
      team: found,
      properties: {},
      relations: { r: found },
    });
    const [other] = (await only({ ...spec, team: '1', relations: {} }, { id: 'y', name: 'n' }))
      .entities;
    const [same] = (await only({ ...spec, team: '1', relations: {} }, { id: 'x', name: 'n' }))
      .entities;
    assert.is(other!.json, same!.json);
    assert.is.not(other!.hash, same!.hash);
    // A rule that compares with null would find whatever lacks the property.
    const { entities, verdicts } = await only(spec, { id: null, name: 'n' });
    assert.equal(entities, []);
    assert.is(verdicts[0]!.incomplete, 1);
  });

  test('a resource becomes as many entities as it has items', async () => {
    const body = { id: 'r', list: [{ k: 1 }, null, { k: 3 }], deep: { list: ['d'] }, item: 'own' };
    const see = { identifier: '"\\(.id)-\\(.item.k)"', properties: { all: '.' } };
    const { entities } = await only({ itemsToParse: '.list', ...see }, body);
    assert.equal(
      entities.map(({ identifier }) => identifier),
      ['r-1', 'r-null', 'r-3'],
    );
    assert.equal(JSON.parse(entities[0]!.json), {
      identifier: 'r-1',
      properties: { all: { id: 'r', deep: { list: ['d'] }, item: { k: 1 } } },
    });
    const kept = await only(
      { itemsToParse: '.list', itemsToParseTopLevelTransform: false, ...see },
      body,
    );
    assert.equal(JSON.parse(kept.entities[2]!.json), {
      identifier: 'r-3',
      properties: { all: { ...body, item: { k: 3 } } },
    });
    const deep = await only(
      {
        itemsToParse: '.deep.list // []',
        itemsToParseName: 'each',
        identifier: '.each',
        properties: { all: '.deep' },
      },
      body,
    );
    assert.is(deep.entities[0]!.json, '{"identifier":"d","properties":{"all":{}}}');
  });

  test('items are selected and completed one by one', async () => {
    const spec = { itemsToParse: '.list', identifier: '.item.id', selector: '.item.on' };
    const verdict = async (list: unknown) => {
      const { entities, verdicts, faults } = await only(spec, { list });
      return [
        entities.map(({ identifier }) => identifier),
        verdicts[0],
        faults.map(({ leaf }) => leaf),
      ];
    };
    const sound = { mapping: 0, sound: true, incomplete: 0 };
    assert.equal(
      await verdict([
        { id: 'a', on: true },
        { id: 'b', on: false },
      ]),
      [['a'], { ...sound, selector: 'true' }, []],
    );
    assert.equal(await verdict([{ id: 'b', on: false }]), [
      [],
      { ...sound, selector: 'false' },
      [],
    ]);
    for (const list of [[], null]) {
      assert.equal(await verdict(list), [[], { ...sound, selector: 'false' }, []]);
    }
    assert.equal(await verdict([{ id: 'a', on: true }, { on: true }, { id: 'c', on: 1 }]), [
      ['a'],
      { mapping: 0, selector: 'failed', sound: false, incomplete: 1 },
      ['selector.query'],
    ]);
    for (const list of ['text', { a: 1 }, 3]) {
      assert.equal(await verdict(list), [
        [],
        { mapping: 0, selector: 'true', sound: false, incomplete: 0 },
        ['port.itemsToParse'],
      ]);
    }
    for (const [itemsToParse, message] of [
      ['empty', 'no output'],
      ['error("e")', 'e'],
      ['.a', 'expected a list, got number'],
    ]) {
      const { faults, verdicts } = await only({ ...spec, itemsToParse: itemsToParse! }, { a: 1 });
      assert.equal(faults, [{ mapping: 0, leaf: 'port.itemsToParse', message }]);
      assert.not(verdicts[0]!.sound);
    }
  });

  test('mappings of a kind are evaluated together, each by itself', async () => {
    const [outcome] = await outcomes(
      [
        { properties: { a: '.id' } },
        { selector: '.no', blueprint: '"c"' },
        { selector: '.id' },
        { itemsToParse: '.list', identifier: '.item', position: 7 },
      ],
      [{ id: 'x', no: false, list: ['p', 'q'] }],
    );
    const { entities, verdicts } = okay(outcome);
    assert.equal(
      entities.map(({ mapping: at, identifier }) => [at, identifier]),
      [
        [0, 'x'],
        [7, 'p'],
        [7, 'q'],
      ],
    );
    assert.equal(
      verdicts.map(({ selector }) => selector),
      ['true', 'false', 'failed', 'true'],
    );
    assert.equal(await outcomes([], [{ id: 'x' }]), [
      { ok: true, entities: [], verdicts: [], faults: [] },
    ]);
  });

  test('what looks beyond the resource sees nothing and disturbs nothing', async () => {
    const valid = HOSTILE.filter(([, value]) => value !== undefined);
    const properties = Object.fromEntries(valid.map(([jq], at) => [`p${at}`, jq]));
    const results = await outcomes([{ properties }], Array(20).fill({ id: 'a' }) as object[]);
    assert.is(results.length, 20);
    for (const outcome of results) {
      const { properties: found } = JSON.parse(okay(outcome).entities[0]!.json) as {
        properties: object;
      };
      assert.equal(
        Object.values(found),
        valid.map(([, value]) => value),
      );
    }
  });

  test('what can not be answered is null, and says why', async () => {
    const properties = Object.fromEntries(FAULTY.map(([jq], at) => [`p${at}`, jq]));
    const results = await outcomes([{ properties }], Array(3).fill({ id: 'a' }) as object[]);
    for (const outcome of results) {
      const { faults, entities } = okay(outcome);
      assert.is(entities.length, 1);
      for (const [at, [jq, message]] of FAULTY.entries())
        assert.match(faults[at]!.message, message, jq);
    }
  });

  test('no builtin without arguments disturbs the stream', async () => {
    const [names] = (await engine.evaluate(
      '[builtins[] | select(endswith("/0")) | .[:-2]] | sort',
      'null',
    )) as [string[]];
    assert.ok(names.length > 100);
    const plain = names.filter((name) => name !== 'repeat' && name !== 'recurse');
    const properties = Object.fromEntries(plain.map((name) => [name, name]));
    const results = await outcomes([{ properties }], [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    assert.equal(
      results.map((outcome) => okay(outcome).entities[0]!.identifier),
      ['a', 'b', 'c'],
    );
  });

  test('names of the wrapper are out of reach, whatever an expression is called', async () => {
    const program = compileKind([
      mapping({ selector: '.a | not', itemsToParse: '[1]', properties: { p: '.b | tostring' } }),
    ]);
    const names = new Set(program.text.match(/\$?_s\w*/g));
    assert.ok(names.size >= 4);
    for (const name of names) assert.match((await engine.check(name)) ?? '', /not defined/);
    const named = [...names].map(
      (name) => `def ${name.replace('$', '')}: 9; ${name.replace('$', '')}`,
    );
    const taken = await entityOf(
      { properties: { a: named[0], b: '[1] as [$_s0] | $_s0' } },
      { id: 'x' },
    );
    assert.equal(taken, { identifier: 'x', properties: { a: 9, b: 1 } });
  });

  test('an expression is checked alone', async () => {
    for (const valid of [
      '.',
      '.a # c',
      '. # c \\',
      'def f: 1; f',
      '. as [$a] ?// $a | $a',
      '"a\\(1)"',
      'input',
      '$__loc__',
      '.a\n|\n.b',
    ]) {
      assert.is(await engine.check(valid), undefined, valid);
    }
    for (const [bad, message] of [
      ['.a |', /unexpected end of file/],
      ['.a) | (.b', /unexpected/],
      ['.a; .b', /unexpected ';'.*column 3/],
      ['', /empty/],
      ['# only', /empty/],
      ['foo', /foo\/0 is not defined.*column 1/],
      ['$x', /\$x is not defined/],
      ['include "a"; .', /include is not available/],
      ['import "a" as a; .', /import is not available/],
      ['module {}; .', /module is not available/],
      ['"abc', /unexpected end of file/],
      ['def f: 1;', /unexpected end of file/],
      ['.a\n| .b c', /line 2, column 6/],
      ['.a\u0000', /U\+0000/],
      ['break $out', /not defined/],
    ] as const) {
      assert.match((await engine.check(bad)) ?? 'valid', message, bad);
    }
  });

  test('evaluate gives all outputs, or says what went wrong', async () => {
    assert.equal(await engine.evaluate('.a[], env', '{"a":[1,"x\\n"]}'), [1, 'x\n', {}]);
    assert.equal(await engine.evaluate('empty', '1'), []);
    for (const [jq, input, message] of [
      ['.a', '1', /Cannot index number/],
      ['.a |', '{}', /syntax error/],
      ['.', '{bad', /parse error|Invalid/],
    ] as const) {
      await engine.evaluate(jq, input).then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, message),
      );
    }
  });

  test('a line that is no JSON object fails alone in a batch of 500', async () => {
    const bad = [
      '{"id":',
      '',
      '5',
      '{"id":"x"} {"id":"y"}',
      '{"id":"x"}}',
      'null',
      '{"a":"}',
      '{"a":[{}',
    ];
    const lines = Array.from({ length: 500 }, (_, at) => `{"id":"r${at}"}`);
    for (const [at, line] of bad.entries()) lines[at * 60 + 1] = line;
    const results = await outcomes([{}], lines);
    for (const [at, outcome] of results.entries()) {
      if (at % 60 === 1 && at < bad.length * 60) {
        assert.equal([outcome.ok, outcome.ok || outcome.code], [false, 'invalid-json'], lines[at]);
      } else {
        assert.is(okay(outcome).entities[0]!.identifier, `r${at}`);
      }
    }
  });

  test('line ends inside a resource and text beyond ASCII do no harm', async () => {
    const results = await outcomes(
      [{ properties: { v: '.v' } }],
      [
        '{"id":"a",\n"v":\n1}',
        '{"id":"\u{1F600}é","v":"\u2028"}',
        '{"id":"b","v":"\\ud83d\\ude00 \\\\ud800"}',
        '{"id":"c","v":"\\ud800 and \\udc00"}',
        '{"id":"d","v":"\ud800"}',
      ],
    );
    const values = results.map((outcome) => {
      const { identifier, json } = okay(outcome).entities[0]!;
      return [identifier, (JSON.parse(json) as { properties: { v: unknown } }).properties.v];
    });
    assert.equal(values, [
      ['a', 1],
      ['\u{1F600}é', '\u2028'],
      ['b', '\u{1F600} \\ud800'],
      ['c', '\ufffd and \ufffd'],
      ['d', '\ufffd'],
    ]);
  });

  test('resources of 60 KB and calls beyond the limits of a batch come back whole and in order', async () => {
    const large = Array.from({ length: 20 }, (_, at) => ({ id: `l${at}`, v: 'x'.repeat(60_000) }));
    const results = await outcomes([{ properties: { v: '.v' } }], large);
    for (const [at, outcome] of results.entries()) {
      assert.is(okay(outcome).entities[0]!.identifier, `l${at}`);
      assert.is(okay(outcome).entities[0]!.json.length > 60_000, true);
    }
    const many = await outcomes(
      [{}],
      Array.from({ length: 1201 }, (_, at) => ({ id: `m${at}` })),
    );
    assert.equal(
      many.map((outcome) => okay(outcome).entities[0]!.identifier),
      Array.from({ length: 1201 }, (_, at) => `m${at}`),
    );
    assert.equal(await outcomes([{}], []), []);
  });

  test('many small calls at once get each their own', async () => {
    const calls = Array.from({ length: 300 }, async (_, at) => {
      const spec = at % 3 === 0 ? { title: '.id' } : {};
      const found = await outcomes([spec], [{ id: `a${at}` }, { id: `b${at}` }]);
      return found.map((outcome) => okay(outcome).entities[0]!.identifier);
    });
    assert.equal(
      await Promise.all(calls),
      Array.from({ length: 300 }, (_, at) => [`a${at}`, `b${at}`]),
    );
  });

  test('nesting too deep for jq fails alone', async () => {
    const deep = (levels: number) => `{"id":"d","v":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const results = await outcomes(
      [{ properties: { v: '.v | length' } }],
      [deep(9000), deep(12_000), '{"id":"x"}'],
    );
    assert.equal(
      results.map((outcome) => outcome.ok || outcome.code),
      [true, 'invalid-json', true],
    );
  });

  test('a crash of jq costs its resource only', async () => {
    const nest = 'if .deep then (reduce range(100000) as $i (1; [.]) | tojson | length) else 1 end';
    const bodies = Array.from({ length: 9 }, (_, at) => ({ id: `r${at}`, deep: at % 4 === 1 }));
    const results = await outcomes([{ properties: { v: nest } }], bodies);
    // A native jq has stack enough for this.
    assert.equal(
      results.map((outcome) => outcome.ok),
      bodies.map(({ deep }) => engine.name === 'native' || !deep),
    );
  });

  test('an endless program is stopped; the rest goes on', async () => {
    const trap = 'if .endless then def f: f; f else .id end';
    const bodies = Array.from({ length: 12 }, (_, at) => ({ id: `r${at}`, endless: at % 5 === 1 }));
    const results = await outcomes([{ properties: { v: trap } }], bodies, hurried);
    assert.equal(
      results.map((outcome) => outcome.ok || outcome.code),
      bodies.map(({ endless }) => !endless || 'timeout'),
    );
    await hurried.evaluate('def f: f; f', '1').then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /stopped/),
    );
  });

  test('a line has all of its time, however long a batch takes', async () => {
    const slow = 'reduce range(40000) as $i (0; . + $i)';
    const bodies = Array.from({ length: 80 }, (_, at) => ({ id: `r${at}` }));
    for (let round = 1; round <= 2; round += 1) {
      const results = await outcomes([{ properties: { v: slow } }], bodies, hurried);
      assert.ok(
        results.every((outcome) => outcome.ok),
        `round ${round}`,
      );
    }
  });

  test('a memory bomb is stopped; the rest goes on', async () => {
    const trap = 'if .t == 1 then [range(1e9)] elif .t == 2 then def g: 1 + g; g else .id end';
    const bodies = [0, 1, 0, 0, 2, 1, 0].map((t, at) => ({ id: `r${at}`, t }));
    const results = await outcomes([{ properties: { v: trap } }], bodies);
    assert.equal(
      results.map((outcome) => outcome.ok || outcome.code),
      bodies.map(({ t }) => t === 0 || 'memory'),
    );
  });

  test('a program that never ends is soon not tried any more', async () => {
    const bodies = Array.from({ length: 2000 }, (_, at) => ({ id: `r${at}` }));
    const results = await outcomes([{ selector: 'def f: f; f' }], bodies, hurried);
    assert.ok(results.every((outcome) => !outcome.ok && outcome.code === 'timeout'));
    assert.ok(
      (await outcomes([{ properties: { other: '1' } }], bodies, hurried)).every(({ ok }) => ok),
    );
  });

  test('too much output for one resource fails it', async () => {
    const results = await outcomes(
      [{ properties: { v: 'if .big then "x" * 40000000 else 1 end' } }],
      [{ id: 'a' }, { id: 'b', big: true }, { id: 'c' }],
    );
    assert.equal(
      results.map((outcome) => outcome.ok || outcome.code),
      [true, 'memory', true],
    );
  });

  test('closing rejects what waits, and what comes after', async () => {
    const closing = await open();
    const waiting = [
      closing.map(compileKind([mapping({ selector: 'def f: f; f' })]), ['{"id":"x"}']),
      closing.evaluate('def f: f; f', '1'),
      closing.check('.'),
    ];
    const settled = Promise.allSettled(waiting);
    await closing.close();
    const late = await Promise.allSettled([
      closing.map(compileKind([mapping()]), ['{}']),
      closing.check('.'),
    ]);
    for (const result of [...(await settled).slice(0, 2), ...late]) {
      assert.is(result.status, 'rejected');
      if (result.status === 'rejected') assert.match(String(result.reason), /closed/);
    }
  });

  test.run();
}

function okay(outcome: MappingOutcome | undefined): MappingResult {
  assert.ok(outcome?.ok, JSON.stringify(outcome));
  return outcome;
}
