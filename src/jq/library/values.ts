import type { Definition } from './definition.js';

/** Values that are not quite what a property should hold. */
export const VALUES: readonly Definition[] = [
  {
    name: 'blank_to_null',
    text: String.raw`
def blank_to_null: if type == "string" and test("^\\s*$") then null else . end;`,
  },
  {
    name: 'json_or_null',
    text: `
def json_or_null: if type == "string" then [try fromjson catch null] | first else . end;`,
  },
  {
    name: 'iso_time',
    text: String.raw`
def iso_time:
  def instant:
    (if . > 1e11 or . < -1e11 then . / 1000 else . end)
    | if . >= -62135596800 and . < 253402300800 then floor | todate else null end;
  if type == "number" then instant
  elif type != "string" then null
  elif test("^-?[0-9]+([.][0-9]+)?$") then tonumber | instant
  elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") then . + "T00:00:00Z"
  elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$") then
    sub(" "; "T")
    | (.[:10] + (.[10:] | sub("(?<head>[+-][0-9]{2}):?(?<tail>[0-9]{2})$"; .head + ":" + .tail)))
    | sub("[+-]00:00$"; "Z")
    | (.[:16] + (.[16:] | if test("^:") then . else ":00" + . end))
    | if .[10:] | test("(Z|[+-][0-9]{2}:[0-9]{2})$") then . else . + "Z" end
  else null end;`,
  },
];
