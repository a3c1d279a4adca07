export interface Side<Target> {
  readonly name: string;
  readonly weight: number;
  readonly target: Target;
}
export function chooseSide<Target>(sides: readonly Side<Target>[], _key: string): Side<Target> {
  const [s] = sides;
  if (!s) throw new Error("none");
  return s;
}
