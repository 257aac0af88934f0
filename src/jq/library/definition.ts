/** A function that mappings may call. */
export interface Definition {
  readonly name: string;
  /** Names of the other functions of the library that its text calls. */
  readonly needs?: readonly string[];
  /**
   * Its jq text, `def …;`, without comments: it is put on one line. Answers null, never an error, for
   * an input of a wrong kind, so that one odd resource costs a leaf nothing else.
   */
  readonly text: string;
}
