// Which maps may a fold change in place? Those that it copied itself; everybody else's stay as they were.

/**
 * Copies a map when it is first changed in one run of evolving, and hands out that copy from then on: a run over a whole
 * stream copies each map once, a run over one event only the maps that the event touches.
 */
export class Drafts {
  private readonly own = new Set<object>();

  of<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
    if (this.own.has(map)) return map as Map<K, V>;
    const copy = new Map(map);
    this.own.add(copy);
    return copy;
  }
}
