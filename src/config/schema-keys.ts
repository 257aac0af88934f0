import { z } from 'zod';

/** The keys that the schema allows at a path, in its order; of a union, those of all branches. */
export function allowedKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let reached = objectsOf(schema);
  for (const step of path) {
    reached = reached.flatMap((inner) => {
      if (inner instanceof z.ZodObject) {
        const next = (inner.shape as Record<string, z.ZodType>)[String(step)];
        return next === undefined ? [] : objectsOf(next);
      }
      if (inner instanceof z.ZodArray) return objectsOf(inner.element as z.ZodType);
      if (inner instanceof z.ZodRecord) return objectsOf(inner.valueType as z.ZodType);
      return [];
    });
  }
  const keys = reached.flatMap((inner) =>
    inner instanceof z.ZodObject ? Object.keys(inner.shape as object) : [],
  );
  return [...new Set(keys)];
}

/** The containers that a schema stands for, behind optional, transforms, lazy and unions. */
function objectsOf(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return objectsOf(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodPipe) return objectsOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodLazy) return objectsOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    return (schema.options as readonly z.ZodType[]).flatMap(objectsOf);
  }
  return [schema];
}
