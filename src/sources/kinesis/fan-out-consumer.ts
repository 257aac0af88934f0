/** The registered consumer through which shards are pushed (enhanced fan-out). */
export class FanOutConsumer {
  readonly #find: () => Promise<string>;
  #arn: Promise<string> | undefined;

  /** `find` resolves with its ARN when it is registered and active, however long that takes. */
  constructor(find: () => Promise<string>) {
    this.#find = find;
  }

  arn(): Promise<string> {
    if (this.#arn === undefined) {
      const found = this.#find();
      this.#arn = found;
      found.catch(() => this.forget());
    }
    return this.#arn;
  }

  /** It seems to be gone (somebody deregistered it): it is found, or registered, anew. */
  forget(): void {
    this.#arn = undefined;
  }
}
