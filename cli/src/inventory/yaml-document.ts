import { constructFromEvents, defineScalarTag, EVENT_ID, getScalarValue, parseEvents, realMapTag, SCALAR_STYLE } from 'js-yaml';
import { YAML11_SCHEMA, YAMLException } from 'js-yaml';
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';

/** A place in a text, as offset in UTF-16 units from its start. */
export type Offset = number;

/** A YAML file as plain values, with the place of every key and value. Places are named by JSON pointers. */
export interface YamlDocument {
  readonly value: unknown;
  readonly keys: ReadonlyMap<string, Offset>;
  readonly values: ReadonlyMap<string, Offset>;
  /** What YAML itself objects to, with its place. The value is undefined when it could not be read at all. */
  readonly complaints: readonly { readonly offset: Offset; readonly found: string; readonly expected: string }[];
}

/**
 * YAML 1.1 as Ansible's parser reads it: `yes` is a boolean, and `52:54:00:12:34:56` without quotes is a number. So dbssctl sees what
 * Ansible sees, and can say what is wrong with it. Ansible's own tags stand before text.
 */
const ANSIBLE_SCHEMA = YAML11_SCHEMA.withTags(
  realMapTag,
  ...['!vault', '!unsafe'].map((tag) => defineScalarTag(tag, { resolve: (source) => source, identify: () => false })),
);

/** Read a YAML text of one document. Never throws for what stands in the text. */
export function readYaml(text: string): YamlDocument {
  try {
    const events = parseEvents(text, {});
    const places = indexPlaces(text, events);
    const documents = constructFromEvents(events, { source: text, schema: ANSIBLE_SCHEMA, json: true });
    const complaints = [...places.complaints];
    if (documents.length > 1) {
      complaints.push({ offset: secondDocument(text), found: 'a second YAML document', expected: 'one document in the file' });
    }
    return { value: plain(documents[0]), keys: places.keys, values: places.values, complaints };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = Math.min(error.mark?.position ?? 0, text.length);
    return {
      value: undefined,
      keys: new Map(),
      values: new Map(),
      complaints: [{ offset, found: `broken YAML: ${error.reason}`, expected: 'a YAML file' }],
    };
  }
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: Offset): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: Array.from(before.slice(lineStart)).length + 1 };
}

/** `parent` with one more step, escaped as RFC 6901 says. */
export function pointer(parent: string, step: string | number): string {
  return `${parent}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Place of the value at a pointer: of its key where nothing stands, of its nearest ancestor where it came by an alias or a merge. */
export function valueOffset(document: YamlDocument, at: string): Offset {
  for (let name = at; ; name = name.slice(0, name.lastIndexOf('/'))) {
    const offset = document.values.get(name) ?? document.keys.get(name);
    if (offset !== undefined) return offset;
    if (name === '') return 0;
  }
}

/** Place of the key that a pointer ends in; of the value where it is no key. */
export function keyOffset(document: YamlDocument, at: string): Offset {
  return document.keys.get(at) ?? valueOffset(document, at);
}

/** Where a walk through the events stands: in a list or a mapping, and what comes next in it. */
interface OpenNode {
  readonly at: string;
  readonly kind: 'document' | 'sequence' | 'mapping' | 'key';
  count: number;
  /** In a mapping: the key whose value comes next. */
  key: { readonly name: string; readonly repeated: boolean } | undefined;
  readonly seen: Map<string, Offset>;
}

function indexPlaces(text: string, events: readonly Event[]): Pick<YamlDocument, 'keys' | 'values' | 'complaints'> {
  const keys = new Map<string, Offset>();
  const values = new Map<string, Offset>();
  const complaints: { offset: Offset; found: string; expected: string }[] = [];
  const open: OpenNode[] = [];

  /** Pointer of the node that begins here, or undefined where it is a mapping's key. */
  const enter = (node: ScalarEvent | AliasEvent | MappingEvent | SequenceEvent): string | undefined => {
    const parent = open.at(-1);
    if (parent === undefined) return undefined;
    const offset = startOf(node);
    switch (parent.kind) {
      case 'document':
        if (!values.has('')) values.set('', Math.max(offset, 0));
        return '';
      case 'key':
        return undefined;
      case 'sequence': {
        const at = pointer(parent.at, parent.count);
        parent.count += 1;
        if (offset >= 0) values.set(at, offset);
        return at;
      }
      case 'mapping': {
        if (parent.key === undefined) {
          const name = node.type === EVENT_ID.SCALAR ? getScalarValue(text, node) : `(${String(parent.seen.size)})`;
          const first = parent.seen.get(name);
          if (node.type === EVENT_ID.SCALAR && first !== undefined && name !== '<<') {
            const line = lineAndColumn(text, first).line;
            complaints.push({
              offset,
              found: `the key "${name}" again`,
              expected: `each name once; it stands in line ${String(line)} already`,
            });
          }
          if (!isTextKey(text, node)) {
            complaints.push({
              offset,
              found: `the key ${text.slice(offset, endOf(text, node))}, which YAML does not take as text`,
              expected: 'a name; put it in quotes',
            });
          }
          if (first === undefined) {
            parent.seen.set(name, offset);
            keys.set(pointer(parent.at, name), offset);
          }
          parent.key = { name, repeated: first !== undefined };
          return undefined;
        }
        const { name, repeated } = parent.key;
        parent.key = undefined;
        const at = pointer(parent.at, name);
        // Of a repeated key the last value is the one that counts, so that is where its own problems are shown.
        if (repeated) for (const known of [...values.keys()]) if (known === at || known.startsWith(`${at}/`)) values.delete(known);
        if (offset >= 0) values.set(at, offset);
        return at;
      }
    }
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        open.push({ at: '', kind: 'document', count: 0, key: undefined, seen: new Map() });
        break;
      case EVENT_ID.POP:
        open.pop();
        break;
      case EVENT_ID.SCALAR:
      case EVENT_ID.ALIAS:
        enter(event);
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const at = enter(event);
        const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence';
        open.push({ at: at ?? '', kind: at === undefined ? 'key' : kind, count: 0, key: undefined, seen: new Map() });
        break;
      }
    }
  }
  return { keys, values, complaints };
}

function isTextKey(text: string, node: ScalarEvent | AliasEvent | MappingEvent | SequenceEvent): boolean {
  if (node.type !== EVENT_ID.SCALAR) return node.type === EVENT_ID.ALIAS;
  if (node.style !== SCALAR_STYLE.PLAIN || node.tagStart >= 0) return true;
  const source = getScalarValue(text, node);
  const [value] = constructFromEvents(
    [
      { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] },
      { ...node, anchorStart: -1, anchorEnd: -1 },
      { type: EVENT_ID.POP },
    ],
    { source: text, schema: ANSIBLE_SCHEMA },
  );
  return typeof value === 'string' || source === '<<';
}

/** Where a node's own text begins: its opening quote or bracket, the `*` of an alias; -1 for a value that is not there. */
function startOf(node: ScalarEvent | AliasEvent | MappingEvent | SequenceEvent): Offset {
  switch (node.type) {
    case EVENT_ID.SCALAR:
      return node.style === SCALAR_STYLE.SINGLE_QUOTED || node.style === SCALAR_STYLE.DOUBLE_QUOTED ? node.valueStart - 1 : node.valueStart;
    case EVENT_ID.ALIAS:
      return node.anchorStart - 1;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return node.start;
  }
}

function endOf(text: string, node: ScalarEvent | AliasEvent | MappingEvent | SequenceEvent): Offset {
  if (node.type === EVENT_ID.SCALAR) return node.valueEnd;
  const end = text.indexOf('\n', startOf(node));
  return end < 0 ? text.length : end;
}

function secondDocument(text: string): Offset {
  const markers = [...text.matchAll(/^---/gm)];
  return markers.at(-1)?.index ?? 0;
}

/** Maps as plain objects; a key that is no text is written as text. An alias to what holds it becomes null. */
function plain(value: unknown, within: readonly unknown[] = []): unknown {
  if (within.includes(value)) return null;
  if (Array.isArray(value)) return value.map((item) => plain(item, [...within, value]));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]: [unknown, unknown]) => [String(key), plain(item, [...within, value])]));
  }
  return value;
}
