import type { Shape } from '../../model/facts.ts';
import { type Model, shapeOf } from '../../model/model.ts';
import { decodeBase64 } from '../../validation/decode.ts';
import { SerializationFailed } from '../../validation/refusals.ts';
import { InvalidQueryParameter } from './refusals.ts';

/** `ContextEntries.member.1.ContextKeyValues.member.2` is as deep as an input goes. */
export const PARTS_AT_MOST = 6;
export const INDEX_AT_MOST = 1_000;

/** What the parameters say of one place in the input, and of the places below it. */
interface Node {
  value: string | undefined;
  readonly below: Map<string, Node>;
}

/**
 * The input that parameters such as `Tags.member.1.Key=team` hold, in the types of `shapeName`. Names that the shape
 * does not have are ignored, list indexes may have gaps, and a list named alone (`ClientIDList=`) is an empty one.
 * Constraints are not looked at.
 *
 * @throws SerializationFailed where a value has another type, InvalidQueryParameter for an index that is none
 */
export function decodePairs(model: Model, shapeName: string, pairs: ReadonlyMap<string, string>): unknown {
  const root: Node = { value: undefined, below: new Map() };
  for (const [name, value] of pairs) {
    const parts = name.split('.', PARTS_AT_MOST + 1);
    if (parts.length > PARTS_AT_MOST) continue; // No shape has so deep a member.
    let node = root;
    for (const part of parts) node = node.below.getOrInsertComputed(part, emptyNode);
    node.value = value;
  }
  return decodeNode(model, shapeName, root, '');
}

function emptyNode(): Node {
  return { value: undefined, below: new Map() };
}

function decodeNode(model: Model, shapeName: string, node: Node, place: string): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure') {
    if (node.value !== undefined) throw notSo(place, 'a structure');
    const present = Object.entries(shape.members).flatMap(([member, target]) => {
      const below = node.below.get(member);
      const inside = place === '' ? member : `${place}.${member}`;
      return below ? [[member, decodeNode(model, target, below, inside)] as const] : [];
    });
    return Object.fromEntries(present);
  }
  if (shape.type === 'list') {
    if (node.value !== undefined && node.value !== '') throw notSo(place, 'a list');
    return elementsOf(node, place).map(([index, it]) => {
      return decodeNode(model, shape.element, it, `${place}.member.${index}`);
    });
  }
  if (shape.type === 'map') throw new Error(`Shape ${shapeName}: no input of a Query service has a map.`);
  if (node.value === undefined) throw notSo(place, 'a single value');
  return decodeText(shape.type, node.value, place);
}

/** The elements in the order of their indexes. */
function elementsOf(list: Node, place: string): readonly (readonly [number, Node])[] {
  const elements = Array.from(list.below.get('member')?.below ?? [], ([index, it]) => {
    const number = /^[1-9][0-9]{0,3}$/.test(index) ? Number(index) : 0;
    if (number < 1 || number > INDEX_AT_MOST) {
      throw InvalidQueryParameter({ detail: `An index in ${place} is not a number from 1 to ${INDEX_AT_MOST}.` });
    }
    return [number, it] as const;
  });
  return elements.sort(([a], [b]) => a - b);
}

function decodeText(type: Exclude<Shape['type'], 'structure' | 'list' | 'map'>, text: string, place: string): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw notSo(place, 'a Boolean');
    case 'integer':
      if (/^-?[0-9]{1,10}$/.test(text) && Number(text) === (Number(text) | 0)) return Number(text);
      throw notSo(place, 'an Integer');
    case 'long':
    case 'float':
    case 'double':
      if (/^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(text)) return Number(text);
      throw notSo(place, 'a number');
    case 'timestamp': {
      const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(text) ? new Date(text) : undefined;
      if (time && !Number.isNaN(time.getTime())) return time;
      throw notSo(place, 'a Timestamp');
    }
    case 'blob': {
      const bytes = decodeBase64(text);
      if (bytes) return bytes;
      throw notSo(place, 'a Blob');
    }
  }
}

function notSo(place: string, type: string) {
  return SerializationFailed({ detail: `The value of ${place} can not be converted to ${type}.` });
}
