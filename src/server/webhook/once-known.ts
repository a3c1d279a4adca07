/** Going on with what may have to be waited for. */

/**
 * Goes on with a value: at once where it is there, which saves nearly every call some promises, else when it comes.
 */
export function onceKnown<Known, Next>(
  value: Known | Promise<Known>,
  next: (known: Known) => Next | Promise<Next>,
): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
