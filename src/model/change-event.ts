/**
 * A change event: it says that something changed, never what it is now. Made of a CloudTrail record or
 * of one of EventBridge's own events, whichever way it came.
 */
export interface ChangeEvent {
  /** `eventID` of CloudTrail, else EventBridge's `id`: the same event seen twice has the same. */
  readonly id: string;
  /**
   * Who tells: CloudTrail's `eventSource` (`ec2.amazonaws.com`), or EventBridge's `source` (`aws.ec2`) where
   * the event is no API call.
   */
  readonly source: string;
  /** CloudTrail's `eventName` without a date at its end, or EventBridge's `detail-type`. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** When it happened, wall clock in ms; NaN where the record does not tell. */
  readonly at: number;
  /** The CloudTrail record, or the `detail` of an EventBridge event. */
  readonly detail: Readonly<Record<string, unknown>>;
}
