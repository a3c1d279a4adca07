/** The numbers that both servers of the benchmark serve. */
export const numberOf = (at: number): string => `+1213${2_000_000 + at}`;
