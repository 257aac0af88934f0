/** An error as a service of AWS answers it; each protocol writes it in its own way. */
export class Refusal extends Error {
  constructor(
    /** AWS's own name of the error, e.g. `ThrottlingException`. */
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
