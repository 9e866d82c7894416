import { EventSchema } from '@ag-ui/core/schemas';
import { z } from 'zod';

/**
 * AG-UI's own schemas let unknown fields pass, for the sake of later versions. What this server emits must have none,
 * so every object of a schema is closed here, down to the leaves. Objects the specification leaves open stay so.
 *
 * @param {any} schema
 * @returns {any}
 */
function close(schema) {
  const { def } = schema._zod;
  if (schema.meta?.()?.specOpen) return schema;
  switch (def.type) {
    case 'object': return z.strictObject(Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, close(field)])));
    case 'union': {
      const options = def.options.map(close);
      return def.discriminator ? z.discriminatedUnion(def.discriminator, options) : z.union(options);
    }
    case 'array': return def.element._zod.def.type === 'object' || def.element._zod.def.type === 'union' ? rebuild(schema, { element: close(def.element) }) : schema;
    case 'optional': return z.optional(close(def.innerType));
    default: return schema;
  }
}

/** The same schema, with its other rules (a least length, say), around something else. */
function rebuild(/** @type {any} */ schema, /** @type {object} */ change) {
  return schema.clone({ ...schema._zod.def, ...change });
}

export const StrictEventSchema = close(EventSchema);

/** Optional fields are absent, never null; where AG-UI carries any JSON, it may say null. */
const ANY_JSON = new Set(['rawEvent', 'metadata', 'value', 'snapshot', 'result', 'payload', 'state', 'forwardedProps']);

/**
 * What is wrong with an event; empty if nothing is.
 * @returns {string[]}
 */
export function faultsOf(/** @type {unknown} */ event) {
  const { error } = StrictEventSchema.safeParse(event);
  return [
    ...(error?.issues ?? []).map((/** @type {any} */ issue) => `${issue.path.join('.') || '(event)'}: ${issue.message}`),
    ...nulls(event, ''),
  ];
}

/** @returns {string[]} */
function nulls(/** @type {unknown} */ value, /** @type {string} */ path) {
  if (value === null) return [`${path}: null instead of absent`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, field]) => ANY_JSON.has(name) || name === 'responseSchema' ? [] : nulls(field, path ? `${path}.${name}` : name));
}
