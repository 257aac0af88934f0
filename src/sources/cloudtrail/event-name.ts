/** `CreateFunction20150331v2`, `CreateDistribution2020_05_31`: the API's version at the end of a name. */
const VERSION = /(?:\d{8}|_?\d{4}_\d{2}_\d{2})(?:v\d+)?$/;

/** An event's name without the date of its API. */
export function bareEventName(name: string): string {
  const last = name.charCodeAt(name.length - 1);
  // Most names end with a letter.
  if (last < 0x30 || last > 0x39) return name;
  return name.replace(VERSION, '');
}

/**
 * Verbs of calls that change nothing. CloudTrail says `readOnly` in newer versions of its records; for
 * older ones, and before a record is parsed, the name has to do.
 */
const READ_ONLY =
  /^(?:Describe|List|Get|Head|Lookup|BatchGet|BatchDescribe|BatchList|BatchCheck|BatchDetect|Search|Query|Scan|Select|Check|Preview|Simulate|Estimate|Filter|Test|Validate|View|Retrieve|Download|Discover|Detect|Is|Read|Peek|Receive|Poll|ConsoleLogin|AssumeRole|AssumeRoleWith|Decrypt|Encrypt|ReEncrypt|GenerateDataKey|GenerateMac|GenerateRandom|Sign)(?![a-z])/;

/** Whether a call of this name is known to change nothing. */
export function isReadOnlyName(name: string): boolean {
  return READ_ONLY.test(name);
}
