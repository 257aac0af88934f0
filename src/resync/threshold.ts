/** How many entities a resync would delete, of how many. */
export interface DeleteTally {
  /** Entities of the kind that would go. */
  readonly deletes: number;
  /** Entities of the kind that the index holds. */
  readonly total: number;
}

export interface ThresholdInput {
  readonly kinds: ReadonlyMap<string, DeleteTally>;
  /** All kinds together, adopted entities included. */
  readonly all: DeleteTally;
  /** `entityDeletionThreshold`: a share from 0 to 1. */
  readonly threshold: number;
  /** `--allow-deletes N`: releases up to N whatever the threshold says. */
  readonly allowDeletes?: number;
}

export interface ThresholdVerdict {
  /** How many deletes may be carried out. */
  readonly release: number;
  /** How many wait for a person's word. */
  readonly held: number;
  /** Why, a sentence a breach; empty when nothing is held. */
  readonly reasons: readonly string[];
}

/** Kinds with fewer entities than this are not judged alone: deleting one of two is no catastrophe. */
export const SMALLEST_JUDGED_KIND = 10;

/**
 * Judges the deletes that a resync found: where they exceed the threshold's share of a kind (of at
 * least {@link SMALLEST_JUDGED_KIND} entities) or of all entities, all of them are held, since what
 * emptied one kind may be wrong about the others as well.
 */
export function judgeDeletes(input: ThresholdInput): ThresholdVerdict {
  const { threshold, all } = input;
  const reasons: string[] = [];
  for (const [kind, { deletes, total }] of input.kinds) {
    if (total >= SMALLEST_JUDGED_KIND && exceeds(deletes, total, threshold)) {
      reasons.push(breach(`${deletes} of ${total} entities of ${kind}`, threshold));
    }
  }
  if (exceeds(all.deletes, all.total, threshold)) {
    reasons.push(breach(`${all.deletes} of all ${all.total} entities`, threshold));
  }
  if (reasons.length === 0) return { release: all.deletes, held: 0, reasons };
  const release = Math.min(all.deletes, input.allowDeletes ?? 0);
  return { release, held: all.deletes - release, reasons };
}

/** Divides, since a rounded product puts `0.29 * 100` below 29 and would hold what is just allowed. */
function exceeds(deletes: number, total: number, threshold: number): boolean {
  return deletes > 0 && deletes / total > threshold;
}

function breach(what: string, threshold: number): string {
  return `${what} would be deleted, more than the threshold of ${Math.round(threshold * 1000) / 10} %`;
}
