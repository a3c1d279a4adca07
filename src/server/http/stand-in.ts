/** Objects that stand in for those of the platform, whose making costs more than all that is done with most of them. */

/** What stands in: it has the real object made when that is needed. */
interface StandIn {
  readonly standard: object;
}

/**
 * Gives a class everything that a class of the platform has and it has not, and makes its objects instances of that
 * one: `instanceof` holds, and what is not there already is done by the real object.
 */
export function standIn(own: StandIn, platform: object): void {
  for (const key of Reflect.ownKeys(platform)) {
    if (Object.hasOwn(own, key)) continue;
    Object.defineProperty(own, key, {
      configurable: true,
      get(this: StandIn): unknown {
        const { standard } = this;
        const value: unknown = Reflect.get(standard, key, standard);
        return typeof value === "function" ? value.bind(standard) : value;
      },
    });
  }
  Object.setPrototypeOf(own, platform);
}
