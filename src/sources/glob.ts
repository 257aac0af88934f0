import picomatch from 'picomatch';

/** Whether a name matches any of some globs (`*` any run of characters, `?` one). Nothing matches no globs. */
export function globMatcher(globs: readonly string[]): (name: string) => boolean {
  if (globs.length === 0) return () => false;
  // `bash` lets a star span slashes: names of units may hold them, and none of ours are paths.
  const isMatch = picomatch([...globs], {
    bash: true,
    dot: true,
    nobrace: true,
    noextglob: true,
    nonegate: true,
  });
  return (name) => isMatch(name);
}
