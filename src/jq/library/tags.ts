import type { Definition } from './definition.js';

/**
 * Tags in each of AWS's forms: lists of `{Key, Value}`, `{key, value}` or `{TagKey, TagValue}`, objects
 * of texts, and a resource that holds one of these at its top or in its `Properties`, under `Tags`,
 * `tags`, `TagList`, `TagSet` or a name of its own such as `HostedZoneTags`.
 */
export const TAGS: readonly Definition[] = [
  {
    name: 'tags_object',
    text: `
def tags_object:
  def pairs:
    [.[]
      | select(type == "object")
      | (if has("Key") then [.Key, .Value] elif has("key") then [.key, .value]
         elif has("TagKey") then [.TagKey, .TagValue] elif has("tagKey") then [.tagKey, .tagValue]
         else [] end)
      | select(.[0] | type == "string")
      | {key: .[0], value: (.[1] | if . == null then "" elif type == "array" or type == "object" then tojson else . end)}]
    | from_entries;
  def plain: with_entries(select(.value | type != "array" and type != "object" and . != null));
  def of: if type == "array" then pairs elif type == "object" then plain else {} end;
  def held:
    . as $all
    | (["Tags", "tags", "TagList", "TagSet"] | map(select(. as $name | $all | has($name)))
       | first) // ([keys_unsorted[] | select(endswith("Tags"))] | first)
    | if . == null then null else $all[.] end;
  if type == "object" then
    if .Properties | type == "object" then .Properties | held | of
    elif has("Tags") or has("tags") or has("TagList") or has("TagSet") or has("__Kind") then held | of
    else of end
  else of end;`,
  },
  {
    name: 'tag',
    needs: ['tags_object'],
    text: `
def tag($name): if $name | type == "string" then tags_object[$name] else null end;`,
  },
];
