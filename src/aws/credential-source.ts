/** What signs a request. The shape of the SDK's AwsCredentialIdentity. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Credentials that renew themselves: the caller's own, or an assumed role's. */
export interface CredentialSource {
  /** Names the source; never a secret. Clients are kept by it. */
  readonly id: string;
  /** The credentials to sign with now; refreshed before they expire. */
  get(): Promise<Credentials>;
  /**
   * AWS no longer knew `refused`: makes sure that `get` gives others, however many callers ask.
   * Answers false where nothing newer can be had.
   */
  renew(refused: Credentials): Promise<boolean>;
}
