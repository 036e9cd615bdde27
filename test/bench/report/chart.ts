import type { Measurements } from "../record";
export const chart = (m: Measurements) => `<svg xmlns="http://www.w3.org/2000/svg"><title>${m.date}</title></svg>\n`;
