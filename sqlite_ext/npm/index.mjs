import dbcare from "./index.cjs";

export const { getLoadablePath, load } = dbcare;
